#!/bin/sh
# Work orders, many of them, on SQLite and, where it is installed, on PostgreSQL.
#   bench/work.sh [ORDERS]
# The databases lie in memory, so that filling them does not wait for a disk; reading does not either way.
set -eu
cd "$(dirname "$0")/.."
orders=${1:-100000}
build=${BUILD:-build}
folder=$(mktemp -d -p /dev/shm yagura-work.XXXXXX)
trap 'rm -rf "$folder"' EXIT
echo "SQLite, $orders orders"
"$build/bin/bench_work" "sqlite:$folder/work.db" --orders "$orders" --source .
ls -l "$folder/work.db" | awk '{printf "%.0f MB\n", $5 / 1e6}'
if url=${YAGURA_TEST_POSTGRESQL:-$(tests/support/postgresql.sh start "$folder/pg" 2>/dev/null)}; then
  echo "PostgreSQL, $orders orders"
  "$build/bin/bench_work" "$url" --orders "$orders" --source .
  [ -n "${YAGURA_TEST_POSTGRESQL:-}" ] || tests/support/postgresql.sh stop "$folder/pg"
fi
