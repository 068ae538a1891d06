"""How far a file of predicted effects is from the truth: error.py ROWS.csv PREDICTIONS.csv"""

import csv
import json
import sys

with open(sys.argv[1]) as rows, open(sys.argv[2]) as predicted:
    pairs = [(float(row["tau"]), float(p["estimate"]), float(p["std_error"]))
             for row, p in zip(csv.DictReader(rows), csv.DictReader(predicted), strict=True)]
square = sum((tau - estimate) ** 2 for tau, estimate, _ in pairs) / len(pairs)
within = sum(abs(tau - estimate) <= 1.959964 * error for tau, estimate, error in pairs) / len(pairs)
print(json.dumps({"error": square**0.5, "within": within}))
