"""The same question to the peer, on the same file: its answer, seconds, and the most memory held. peer.py aipw|forest|panel FILE"""

import json
import os
import resource
import sys
import time

CORES = os.cpu_count()


def aipw(file):
    import doubleml
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LinearRegression, LogisticRegression

    frame = pd.read_csv(file)
    fold = frame.pop("fold").to_numpy()
    yield
    data = doubleml.DoubleMLData(frame, "y", "d")
    # No penalty and no clipping that bites: the same model as here.
    model = doubleml.DoubleMLIRM(data, LinearRegression(), LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000), n_folds=5)
    model.set_sample_splitting([(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)])
    model.fit(store_predictions=False)
    yield {"estimate": float(model.coef[0]), "std_error": float(model.se[0])}


def forest(file):
    import numpy as np
    import pandas as pd
    from econml.dml import CausalForestDML
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    frame = pd.read_csv(file)
    x = frame[[f"x{j}" for j in range(10)]].to_numpy()
    yield
    model = CausalForestDML(
        model_y=RandomForestRegressor(100, min_samples_leaf=10, n_jobs=CORES, random_state=1),
        model_t=RandomForestClassifier(100, min_samples_leaf=10, n_jobs=CORES, random_state=1),
        discrete_treatment=True, n_estimators=500, cv=5, n_jobs=CORES, random_state=1)
    model.fit(frame["y"].to_numpy(), frame["d"].to_numpy(), X=x)
    effect, low, high = model.effect(x), *model.effect_interval(x)
    tau = frame["tau"].to_numpy()
    yield {"estimate": float(effect.mean()), "error": float(np.sqrt(np.mean((effect - tau) ** 2))),
           "within": float(np.mean((low.ravel() <= tau) & (tau <= high.ravel())))}


def panel(file):
    import pandas as pd
    import pyfixest

    frame = pd.read_parquet(file)
    yield
    fit = pyfixest.feols("y ~ d + x0 + x1 | unit + time", frame, vcov={"CRV1": "unit"}, copy_data=False, store_data=False)
    yield {"estimate": float(fit.coef()["d"]), "std_error": float(fit.se()["d"])}


what, file = sys.argv[1:3]
steps = {"aipw": aipw, "forest": forest, "panel": panel}[what](file)
next(steps)
began = time.perf_counter()
answer = next(steps)
print(json.dumps(answer | {
    "fit_seconds": round(time.perf_counter() - began, 2),
    "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
