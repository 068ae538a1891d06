#!/bin/sh
# A logit with a level for each of 98 units on a million rows: this program's whole command, from the file to the answer, beside
# lme4's fit alone (Debian: r-cran-lme4). run.sh [ROWS]; fails where the estimates are further apart than 0.001.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/mixed-peer
mkdir -p "$work"
cd "$root"
cargo build --release -q
bin=${CARGO_TARGET_DIR:-$root/target}/release/traedesten
Rscript "$here/make.R" "$work/rows.csv" "${1:-1000000}"
for run in 1 2 3; do
    start=$(date +%s.%N)
    "$bin" results shrink --data "$work/rows.csv" --unit unit --events y --trials one --model logit-normal --format json > "$work/own.json"
    end=$(date +%s.%N)
    echo "$start $end" | awk '{printf "this program, whole command: %.2f s\n", $2 - $1}'
done
Rscript "$here/peer.R" "$work/rows.csv" > "$work/peer.csv"
cat "$work/peer.csv"
python3 - "$work" <<'PY'
import json, sys
own = json.load(open(sys.argv[1] + "/own.json"))["parameters"]
print(f"this program: {own['intercept']:.6f} {own['sd']:.6f}")
for line in open(sys.argv[1] + "/peer.csv"):
    name, seconds, intercept, sd = line.rsplit(",", 3)
    far = max(abs(own["intercept"] - float(intercept)), abs(own["sd"] - float(sd)))
    print(f"{name}: {far:.6f} apart")
    assert far < 1e-3, "the estimates differ"
PY
