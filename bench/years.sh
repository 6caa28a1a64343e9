#!/bin/bash
# Years of events on one small server: ingest, memory of the store alone, questions warm and cold, opening after a kill; every
# answer is compared, byte for byte.
#   bench/years.sh [--quick] [--merged]     --quick: 20 million records of 22 days instead of 1,000 million of three years
#                                           --merged: months that are over in their smallest form (several times as long)
# Then 112 fragments taken at random, warm and cold, and the questions while a hundredth more comes in as fast as it can.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
[ -x build/bin/years_bench ] || { echo "build years_bench and generate_operation_log first" >&2; exit 2; }
rows=1000000000 days=1095 how=--fresh
for word in "$@"; do
  case $word in
    --quick) rows=20000000 days=22 ;;
    --merged) how= ;;
    *) sed -n '4,5s/^# //p' "$0" >&2; exit 2 ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bin/generate_operation_log --rows "$rows" --days "$days" 2>/dev/null | build/bin/years_bench "$work/years" $how
status=$?
make() { build/bin/generate_operation_log --rows "$1" --days "$2" --start-ms $((1748703600000 + $3 * 86400000)) 2>/dev/null; }
make 300000 1 0 | bench/events/random_fragments.py 112 >"$work/fragments"
build/bin/years_bench "$work/years" --fragments "$work/fragments" || status=$?
make $((rows / 100)) $((days / 100 + 1)) "$days" >"$work/more.tsv"
build/bin/years_bench "$work/years" --busy "$work/more.tsv" || status=$?
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $status
