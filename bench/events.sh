#!/bin/bash
# Segments of the event store beside zstd over the same rows: bytes a record, records a core-second; fresh segments of a
# million rows, and one large segment as merging writes it (4 million rows in four slices).
#   bench/events.sh [--quick]     --quick: half the rows, one run, no zstd -19; exits 1 when a bound is missed
set -uo pipefail
cd "$(dirname "$0")/.." || exit
bench=build/bin/events_bench
[ -x "$bench" ] || { echo "build events_bench and generate_operation_log first" >&2; exit 2; }
rows=4000000 days=6 runs=5 peers=(--peer 3 --peer 19) missed=0
[ "${1:-}" = --quick ] && rows=2000000 days=3 runs=1 peers=(--peer 3)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bin/generate_operation_log --rows "$rows" --days "$days" > "$work/events.tsv" 2>/dev/null
"$bench" "$work/events.tsv" --rows "$rows" --runs "$runs" "${peers[@]}" || missed=1
"$bench" "$work/events.tsv" --rows "$rows" --runs 1 --merged || missed=1
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $missed
