#!/bin/sh
# The desk with many tickets, on SQLite and, where it is installed, on PostgreSQL.
#   bench/desk.sh [TICKETS]
# The databases lie in memory, so that filling them does not wait for a disk; reading does not either way.
set -eu
cd "$(dirname "$0")/.."
tickets=${1:-100000}
build=${BUILD:-build}
folder=$(mktemp -d -p /dev/shm yagura-desk.XXXXXX)
trap 'rm -rf "$folder"' EXIT
echo "SQLite, $tickets tickets"
"$build/bin/bench_desk" "sqlite:$folder/desk.db" --tickets "$tickets" --source .
ls -l "$folder/desk.db" | awk '{printf "%.0f MB\n", $5 / 1e6}'
if url=${YAGURA_TEST_POSTGRESQL:-$(tests/support/postgresql.sh start "$folder/pg" 2>/dev/null)}; then
  echo "PostgreSQL, $tickets tickets"
  "$build/bin/bench_desk" "$url" --tickets "$tickets" --source .
  [ -n "${YAGURA_TEST_POSTGRESQL:-}" ] || tests/support/postgresql.sh stop "$folder/pg"
fi
