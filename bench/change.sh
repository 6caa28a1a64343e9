#!/bin/bash
# One device changed in a ledger of 50,000, end to end: REST API to the first echo request to the new address.
#   bench/change.sh [--quick]     prints a table; exits 1 when a bound is missed. Needs root (raw sockets).
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_fill; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
devices=50000 runs=9
[ "${1:-}" = --quick ] && runs=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/data"
build/bin/bench_fill "sqlite:$work/data/yagura.db" --devices $devices --upstream
python3 bench/change/change.py "$work" $runs $devices
