#!/bin/bash
# The event store beside ClickHouse (Debian's and npm's chdb), DuckDB on Parquet, SQLite FTS5, zstdcat with grep: the same
# records into each, the same five questions to all in turn, warm and cold, every answer compared with the file.
#   bench/event_peers.sh [--quick] [--rows N]     --quick: 1 million records in place of 20; 30 GB under $TMPDIR for 20
# Prints the tables with the ratios; exits 1 when an answer differs or a peer is smaller or, a column store, as fast.
# Needs the packages clickhouse-server (left out with a line where it is missing), sqlite3, zstd and, once, the npm registry.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node-version.sh
use_new_enough_node
for program in store_asked generate_operation_log; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
rows=20000000
while [ $# -gt 0 ]; do
  case $1 in
    --quick) rows=1000000 ;;
    --rows) rows=$2; shift ;;
    *) echo "no option $1" >&2; exit 2 ;;
  esac
  shift
done
if ! cmp -s bench/peers/package-lock.json bench/peers/node_modules/installed-lock.json; then
  # Not npm ci: the lock pins the programs for x86-64 and has no others.
  (cd bench/peers && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp bench/peers/package-lock.json bench/peers/node_modules/installed-lock.json
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As many a day as 10,000 PCs make in all sizes.
build/bin/generate_operation_log --rows "$rows" --days $(((rows + 666666) / 666667)) >"$work/events.tsv" 2>/dev/null
status=0
/usr/bin/python3 bench/peers/compare.py "$work/events.tsv" "$work" || status=$?
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $status
