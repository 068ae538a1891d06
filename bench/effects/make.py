"""Made-up rows for estimators, the same each time: make.py aipw|forest|panel OUTPUT [ROWS].

aipw    CSV: y, d, fold, x0 to x9; the chance of treatment is 0.1 to 0.9 and a logit, the outcome a straight line; the effect is 1.
forest  CSV: y, d, x0 to x9, and tau, each row's own effect, which nobody is given but the judge.
panel   Parquet: y, d, unit, time, x0, x1; twenty months a unit, treated from a month of its own on or never; the effect is 0.5.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

ROWS = {"aipw": 1_000_000, "forest": 100_000, "panel": 10_000_000}


def logit(z):
    return 1 / (1 + np.exp(-z))


def aipw(rows, rng):
    x = rng.uniform(-1, 1, (rows, 10)).round(6)
    d = rng.random(rows) < logit(x @ np.linspace(-0.4, 0.4, 10))
    y = 2 + d + x @ np.linspace(1, -1, 10) + rng.normal(size=rows)
    return {"y": y.round(6), "d": d.astype(np.int8), "fold": np.arange(rows) % 5, **columns(x)}


def forest(rows, rng):
    x = rng.uniform(-1, 1, (rows, 10)).round(6)
    tau = 1 + x[:, 0] + (x[:, 1] > 0)
    d = rng.random(rows) < logit(0.8 * x[:, 2])
    y = x[:, 2] + x[:, 3] ** 2 + (d - 0.5) * tau + rng.normal(size=rows)
    return {"y": y.round(6), "d": d.astype(np.int8), **columns(x), "tau": tau}


def panel(rows, rng):
    units, months = rows // 20, 20
    unit, time = np.repeat(np.arange(units), months), np.tile(np.arange(months), units)
    start = rng.integers(5, 40, units)
    level = rng.normal(size=units)
    x = rng.normal(size=(len(unit), 2)) + 0.3 * level[unit][:, None]
    d = time >= start[unit]
    y = level[unit] + 0.1 * time + 0.5 * d + x @ [0.4, -0.2] + rng.normal(size=len(unit))
    return {"y": y, "d": d.astype(np.int32), "unit": unit, "time": time, **columns(x)}


def columns(x):
    return {f"x{j}": x[:, j] for j in range(x.shape[1])}


what, out = sys.argv[1:3]
rows = int(sys.argv[3]) if len(sys.argv) > 3 else ROWS[what]
table = pa.table({"aipw": aipw, "forest": forest, "panel": panel}[what](rows, np.random.default_rng(1)))
if what == "panel":
    pa.parquet.write_table(table, out)
else:
    pa.csv.write_csv(table, out)
