#!/usr/bin/env bash
# Cox, Kaplan-Meier and Aalen-Johansen on a million rows: this program as a whole command, against lifelines and R's survival
# on the same file in the same run. Needs python3 with venv; R with survival is used where it is installed.
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
timed() { /usr/bin/time -f '{"whole_seconds": %e, "kilobytes": %M}' "$@" > /dev/null; }
for form in ties continuous; do
  file="$work/$form.csv"
  "$work/venv/bin/python" bench/durations/make.py "$rows" "$form" "$file"
  echo "== $form, $rows rows, $(stat -c %s "$file") bytes"
  echo "-- Cox, this program"; timed "$here" effects cox --data "$file" --time time --event event --terms $terms
  "$here" effects cox --data "$file" --time time --event event --terms $terms | head -12
  echo "-- Cox, lifelines"; "$work/venv/bin/python" bench/durations/peer.py cox "$file"
  if command -v Rscript > /dev/null; then echo "-- Cox, R survival"; Rscript bench/durations/peer.R "$file"; fi
  echo "-- Kaplan-Meier, this program"; timed "$here" effects km --data "$file" --time time --event event
  echo "-- Kaplan-Meier, lifelines"; "$work/venv/bin/python" bench/durations/peer.py km "$file"
  echo "-- Aalen-Johansen, this program"; timed "$here" effects aalen-johansen --data "$file" --time time --event cause
  echo "-- Aalen-Johansen, lifelines"; "$work/venv/bin/python" bench/durations/peer.py aj "$file"
done
