#!/usr/bin/env bash
# Cox, Kaplan-Meier and Aalen-Johansen on a million rows: this program against lifelines and R's survival on the same file in
# the same run, three times each. "whole" is from the start of the process to the answer, with the file read; "fit" is the
# estimate alone, of rows that are in memory. Needs python3 with venv; R with survival is used where it is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install lifelines==0.30.0
cargo build --release -q
here=target/release/traedesten
terms=x0,x1,x2,x3,x4,x5,x6,x7,x8,x9
whole() { /usr/bin/time -f '{"whole_seconds": %e, "kilobytes": %M}' "$@" | cut -c1-160; }
# Seconds between the log's two lines: the table is read, the answer is computed.
own() {
  whole "$here" "$@" > /dev/null
  TRAEDESTEN_LOG=debug TRAEDESTEN_LOG_FORMAT=json "$here" "$@" 2>&1 > /dev/null | python3 -c '
import datetime, json, sys
at = [datetime.datetime.fromisoformat(json.loads(line)["timestamp"]) for line in sys.stdin if "timestamp" in line]
print(json.dumps({"fit_seconds": (at[1] - at[0]).total_seconds()}))'
}
for form in ties continuous; do
  file="$work/$form.csv"
  "$work/venv/bin/python" bench/durations/make.py "$rows" "$form" "$file"
  echo "== $form, $rows rows, $(stat -c %s "$file") bytes"
  "$here" effects cox --data "$file" --time time --event event --terms $terms | head -12
  for run in 1 2 3; do
    echo "-- Cox, this program"; own effects cox --data "$file" --time time --event event --terms $terms
    echo "-- Kaplan-Meier, this program"; own effects km --data "$file" --time time --event event
    echo "-- Kaplan-Meier, lifelines"; whole "$work/venv/bin/python" bench/durations/peer.py km "$file"
    echo "-- Aalen-Johansen, this program"; own effects aalen-johansen --data "$file" --time time --event cause
    echo "-- Aalen-Johansen, lifelines"; whole "$work/venv/bin/python" bench/durations/peer.py aj "$file"
  done
  echo "-- Cox, lifelines"; whole "$work/venv/bin/python" bench/durations/peer.py cox "$file"
  if command -v Rscript > /dev/null; then echo "-- Cox, R survival"; whole Rscript bench/durations/peer.R "$file"; fi
done
