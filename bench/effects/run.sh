#!/usr/bin/env bash
# Doubly robust means on a million rows against DoubleML, a causal forest of 500 trees on 100,000 against EconML, two-way fixed
# effects on ten million against pyfixest: the same file in the same run, this program as a whole command from the file to the
# answer, the peers by their fit alone. run.sh [aipw] [forest] [panel]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${CARGO_TARGET_DIR:-$PWD/target}/effects-peer
mkdir -p "$work"
cargo build --release -q
here=${CARGO_TARGET_DIR:-$PWD/target}/release/traedesten
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r bench/effects/requirements.txt
python=$work/venv/bin/python
terms=x0,x1,x2,x3,x4,x5,x6,x7,x8,x9
timed() { /usr/bin/time -f '{"whole_seconds": %e, "kilobytes": %M}' "$@"; }
for what in ${*:-aipw forest panel}; do
  case $what in
    aipw) own="effects aipw --outcome y --treatment d --terms $terms --folds fold" file=$work/aipw.csv ;;
    forest) own="effects cate --outcome y --treatment d --terms $terms --trees 500 --predictions $work/effects.csv" file=$work/forest.csv ;;
    panel) own="effects panel --outcome y --treatment d --unit unit --time time --terms x0,x1" file=$work/panel.parquet ;;
    *) echo "aipw, forest or panel, not $what" >&2; exit 2 ;;
  esac
  "$python" bench/effects/make.py "$what" "$file"
  echo "== $what, $(stat -c %s "$file") bytes"
  echo "-- this program"
  runs=3; [ "$what" = forest ] && runs=1
  for run in $(seq $runs); do timed "$here" $own --data "$file" --format json > "$work/answer.json"; done
  "$python" -c 'import json, sys
answer = json.load(open(sys.argv[1])); print(json.dumps(answer.get("effect") or answer.get("ate")))' "$work/answer.json"
  if [ "$what" = forest ]; then "$python" bench/effects/error.py "$file" "$work/effects.csv"; fi
  echo "-- the peer"
  "$python" bench/effects/peer.py "$what" "$file"
done
