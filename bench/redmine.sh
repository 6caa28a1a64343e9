#!/bin/bash
# The desk's lists beside the same screens of Redmine 5 with as many tickets: time to the whole answer over a kept connection.
#   bench/redmine.sh [--quick]     prints a table; exits 1 when a bound is missed
# Needs the packages redmine, redmine-pgsql and puma. --quick: 10,000 tickets and fewer runs.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_desk; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
tickets=100000 runs=40
[ "${1:-}" = --quick ] && { tickets=10000; runs=12; }
work=$(mktemp -d)
finish() {
  [ -d "$work/peer" ] && bench/redmine/peer stop "$work/peer"
  tests/support/postgresql.sh stop "$work/pg" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"
mkdir "$work/data"
build/bin/bench_desk "sqlite:$work/data/yagura.db" --tickets $tickets --source . >"$work/fill.log" || { tail "$work/fill.log"; exit 1; }
address=$(tests/support/postgresql.sh start "$work/pg")
peer=$(bench/redmine/peer start "$work/peer" "$address" $tickets)
/usr/bin/python3 bench/redmine/lists.py "$work" "$peer" $runs
