"""lifelines on the same file: the answer, seconds of fitting alone, and the most memory held.

    peer.py cox|km|aj FILE
"""

import json
import resource
import sys
import time

import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter

what, file = sys.argv[1:3]
began = time.perf_counter()
frame = pd.read_csv(file)
read = time.perf_counter() - began
began = time.perf_counter()
if what == "cox":
    columns = ["time", "event"] + [f"x{j}" for j in range(10)]
    fit = CoxPHFitter().fit(frame[columns], "time", "event")
    answer = {"coefficients": fit.params_.tolist(), "log_likelihood": fit.log_likelihood_}
elif what == "km":
    fit = KaplanMeierFitter().fit(frame["time"], frame["event"])
    answer = {"median": fit.median_survival_time_}
else:
    fit = AalenJohansenFitter(calculate_variance=False).fit(frame["time"], frame["cause"], event_of_interest=1)
    answer = {"last": float(fit.cumulative_density_.iloc[-1, 0])}
answer |= {
    "read_seconds": read,
    "fit_seconds": time.perf_counter() - began,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
print(json.dumps(answer))
