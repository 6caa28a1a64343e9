#!/bin/bash
# Moving events from the embedded store to ClickHouse, two shards on loopback: seconds, CPU time of the client and of both
# servers apart. The move compares counts and checksums itself and fails when they differ.
#   bench/event_move.sh [--quick]     --quick: 2 million rows instead of 20 million (1.5 GB under $TMPDIR)
# Needs the package clickhouse-server (left out with a line where it is missing).
set -uo pipefail
cd "$(dirname "$0")/.." || exit
bench=build/bin/move_bench
[ -x "$bench" ] || { echo "build move_bench and generate_operation_log first" >&2; exit 2; }
PATH=$PATH:/usr/sbin
command -v clickhouse-server >/dev/null || { echo "skipped: clickhouse-server is not installed"; exit 0; }
rows=20000000 days=30
[ "${1:-}" = --quick ] && rows=2000000 days=3
work=$(mktemp -d)
trap 'tests/support/clickhouse.sh stop "$work/clickhouse"; rm -rf "$work"' EXIT
build/bin/generate_operation_log --rows "$rows" --days "$days" 2>/dev/null |
  "$bench" /dev/stdin "$work/store" --rows "$rows" --fill || exit
YAGURA_TEST_CLICKHOUSE=$(tests/support/clickhouse.sh start "$work/clickhouse") || exit
export YAGURA_TEST_CLICKHOUSE
"$bench" - "$work/store" --servers "$work/clickhouse"
status=$?
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $status
