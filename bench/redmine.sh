#!/bin/bash
# The desk's lists beside the same screens of Redmine 5 with as many tickets: time to the whole answer over a kept connection.
#   bench/redmine.sh [--quick] [--data FOLDER]     prints a table; exits 1 when a bound is missed
# Needs the packages redmine, redmine-pgsql and puma. --quick: 10,000 tickets and fewer runs. --data: keeps our tickets, which
# take most of the time to make, for another run.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_desk; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
tickets=100000 runs=40 kept=''
while [ $# -gt 0 ]; do
  case $1 in
    --quick) tickets=10000 runs=12 ;;
    --data) kept=$(mkdir -p "$2" && cd "$2" && pwd); shift ;;
    *) echo "no option $1" >&2; exit 2 ;;
  esac
  shift
done
work=$(mktemp -d)
finish() {
  [ -d "$work/peer" ] && bench/redmine/peer stop "$work/peer"
  tests/support/postgresql.sh stop "$work/pg" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"
: "${kept:=$work/kept}"
mkdir -p "$kept"
build/bin/bench_desk "sqlite:$kept/yagura.db" --tickets $tickets --source . >"$work/fill.log" || { tail "$work/fill.log"; exit 1; }
# The server changes it: clocks run out, people sign in.
mkdir "$work/data" && cp "$kept/yagura.db" "$work/data"
address=$(tests/support/postgresql.sh start "$work/pg")
peer=$(bench/redmine/peer start "$work/peer" "$address" $tickets)
/usr/bin/python3 bench/redmine/lists.py "$work" "$peer" $runs
