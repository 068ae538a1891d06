#!/bin/sh
# Every indicator that spells, jobs, education, offers, ordinary hours and talks give, of 98 municipalities, 60 months and 12 groups,
# from 10 million spells: this program's whole command, from the file to every value, beside DuckDB and Polars, which are given
# the same file and write the same counts. run.sh [SPELLS]; fails where a count differs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/indicators-peer
mkdir -p "$work"
cd "$root"
cargo build --release -q
bin=${CARGO_TARGET_DIR:-$root/target}/release/traedesten
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r "$here/requirements.txt"
python=$work/venv/bin/python
"$python" "$here/make.py" "$work/periods.parquet" "${1:-10000000}"
for run in 1 2 3; do
    rm -f "$work/own.csv"
    start=$(date +%s.%N)
    "$bin" results indicators --periods "$work/periods.parquet" --from 2021M01 --to 2025M12 --on 2026-06-30 --by-unit --least 1 \
        --format csv --out "$work/own.csv" 2> /dev/null
    end=$(date +%s.%N)
    echo "$start $end" | awk '{printf "this program, whole command: %.2f s\n", $2 - $1}'
done
for peer in polars duckdb; do
    for run in 1 2 3; do
        rm -f "$work/$peer.parquet"
        printf '%s: ' "$peer"
        "$python" "$here/peer_$peer.py" "$work/periods.parquet" "$work/$peer.parquet" 2> /dev/null
    done
    "$python" "$here/compare.py" "$work/own.csv" "$work/$peer.parquet"
done
