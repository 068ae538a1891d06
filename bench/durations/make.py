"""A million rows of made-up durations: ten covariates, about half with the event, times with or without ties.

    make.py ROWS ties|continuous OUT.csv
"""

import sys

import numpy as np
import pandas as pd

rows, form, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
rng = np.random.default_rng(1)
x = rng.normal(size=(rows, 10))
beta = np.linspace(-0.3, 0.3, 10)
time = rng.exponential(1 / (0.02 * np.exp(x @ beta)))
censored = rng.exponential(60, size=rows)
seen = np.minimum(time, censored)
if form == "ties":
    seen = np.ceil(seen).clip(1, 200)
frame = pd.DataFrame(x.round(6), columns=[f"x{j}" for j in range(10)])
frame.insert(0, "event", (time <= censored).astype(int))
frame.insert(0, "time", seen.round(9))
frame.insert(0, "cause", np.where(time <= censored, rng.integers(1, 3, size=rows), 0))
frame.to_csv(out, index=False)
