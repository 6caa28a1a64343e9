#!/bin/bash
# A month's report for 1,000 devices and 10,000 alerts through the running server: gathering from the database, making
# the Word and Excel files, archiving them. The PDF is LibreOffice's work and not in it.
#   bench/report.sh [--quick]     prints a table; exits 1 when a bound is missed
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_fill; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
runs=5
[ "${1:-}" = --quick ] && runs=2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/data"
# Of 45,000 in 90 days about 15,500 are of one month, a third of them held under another one.
build/bin/bench_fill "sqlite:$work/data/yagura.db" --devices 1000 --alerts 45000 --days 90 --sampled 10 --incidents 600 --journal
python3 bench/report/report.py "$work" $runs
