#!/bin/bash
# Ledgers with 100,000 rows (lists, counts, import preview, export) and the journal on disk (appends, check of 1 M).
#   bench/ledgers.sh [--quick]     prints a table; exits 1 when a bound is missed
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x build/bin/bench_ledgers ] || { echo "build bench_ledgers first: ninja -C build bench_ledgers" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
more=()
[ "${1:-}" = --quick ] && more=(--entries 100000)
build/bin/bench_ledgers "sqlite:$work/yagura.db" "$work" "${more[@]}"
