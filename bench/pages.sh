#!/bin/bash
# Lists, device pages and today with 10,000 devices, a million alerts and 90 days of samples: p95 of the server's answers,
# and in Chromium the time until a page shows its list and reacts.
#   bench/pages.sh [--quick]     prints a table; exits 1 when a bound is missed
# BENCH_PAGES_DATA=DIR keeps the filled data (about 1.5 GB) there for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_fill; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
alerts=1000000 runs=40
[ "${1:-}" = --quick ] && { alerts=100000; runs=10; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
filled=${BENCH_PAGES_DATA:-$work/filled}
if [ ! -e "$filled/yagura.db" ]; then
  mkdir -p "$filled"
  build/bin/bench_fill "sqlite:$filled/part.db" --devices 10000 --alerts $alerts --days 90 --sampled 10 --incidents 200
  mv "$filled/part.db" "$filled/yagura.db"
fi
mkdir "$work/data"
cp "$filled/yagura.db" "$work/data/"
browser=()
if [ -e ui/dist/index.html ] && [ -d ui/node_modules/playwright-core ] && [ -x /usr/bin/chromium ]; then
  browser=(ui/dist bench/pages/browser.mjs "$([ "${1:-}" = --quick ] && echo 3 || echo 7)")
else
  echo "the screens are not built, or there is no Chromium: the server alone"
fi
python3 bench/pages/pages.py "$work" $runs "${browser[@]}"
