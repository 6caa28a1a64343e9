#!/bin/bash
# The embedded event store as a whole: durable ingest from agents' batches, merging, the five questions warm and cold, opening
# after a kill, the questions while as much comes in again. Every answer is compared with the lines of the generated file, byte
# for byte; exits 1 when one differs.
#   bench/event_store.sh [--quick]     --quick: 2 million rows instead of 20 million (9 GB under $TMPDIR, a quarter of an hour)
set -uo pipefail
cd "$(dirname "$0")/.." || exit
bench=build/bin/store_bench
[ -x "$bench" ] || { echo "build store_bench and generate_operation_log first" >&2; exit 2; }
rows=20000000 days=30
[ "${1:-}" = --quick ] && rows=2000000 days=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bin/generate_operation_log --rows "$rows" --days "$days" > "$work/events.tsv" 2>/dev/null
"$bench" "$work/events.tsv" "$work/store"
status=$?
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $status
