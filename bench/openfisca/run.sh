#!/bin/sh
# Makes the environment and the population, runs both sides, compares the answers and prints a table.
# run.sh [CITIZENS]; fails where an answer differs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${CARGO_TARGET_DIR:-$root/target}
work=$build/openfisca-peer
mkdir -p "$work"
if ! cmp -s "$here/requirements.txt" "$work/venv/requirements.txt"; then
    python3 -m venv --clear "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$work/venv/requirements.txt"
fi
cd "$root"
cargo run --profile dist -p law --example openfisca_peer -- "$work" "${1:-100000}"
PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/python" "$here/peer.py" "$work"
