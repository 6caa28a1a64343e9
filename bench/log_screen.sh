#!/bin/bash
# The search of logs as it is typed, in Chromium on a real server with millions of records: from the last key to the first
# rows and the histogram on the screen, and to all that is counted.
#   bench/log_screen.sh [--rows N]     N: 20,000,000 unless said; prints a table, exits 1 when the bound is missed
# BENCH_LOG_SCREEN_DATA=DIR keeps the made store there for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad years_bench generate_operation_log; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
[ -e ui/dist/index.html ] && [ -d ui/node_modules/playwright-core ] && [ -x "${CHROMIUM:-/usr/bin/chromium}" ] ||
  { echo "needs the screens (scripts/build screens) and Chromium" >&2; exit 2; }
rows=20000000
if [ "${1:-}" = --rows ]; then rows=$2; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=${BENCH_LOG_SCREEN_DATA:-$work/kept}
if [ ! -e "$kept/store/manifest" ]; then
  mkdir -p "$kept"
  build/bin/generate_operation_log --rows "$rows" --days 22 2>/dev/null | build/bin/years_bench "$kept" --fresh >"$work/made" ||
    { cat "$work/made" >&2; exit 1; }
fi
mkdir -p "$work/data"
cp -al "$kept/store" "$work/data/events" 2>/dev/null || cp -a "$kept/store" "$work/data/events"
# Words to ask for: what stands in every so manieth of the first records.
{ build/bin/generate_operation_log --rows "$rows" --days 22 2>/dev/null || true; } | awk 'NR % 6600 == 1 { print } NR > 330000 { exit }' >"$work/lines"
python3 bench/log_screen/log_screen.py "$work"
