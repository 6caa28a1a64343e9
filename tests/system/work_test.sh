#!/bin/bash
# Work orders on the real server with sapporo's pack (work.py), and the screen for work on site in Chromium with the
# network taken away and given back (work_field.mjs), in a network namespace of its own.
# Ends with one line: N passed, N failed, N skipped. Exit 0 when nothing failed.
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)
started=$SECONDS result='0 passed, 1 failed, 0 skipped' run=''
finish() {
  [ -z "$run" ] || rm -rf "$run"
  printf '%d s\n%s\n' "$((SECONDS - started))" "$result"
  case $result in *', 0 failed, '*) ;; *) exit 1 ;; esac
}
trap finish EXIT
trap 'exit 1' INT TERM
skip_all() {
  printf 'skipped: %s\n' "$1"
  result='0 passed, 0 failed, 1 skipped'
  exit 0
}

[ "$(id -u)" = 0 ] || skip_all 'needs root: it makes a network namespace'
unshare --net true 2>/dev/null || skip_all 'namespaces cannot be made here'
[ -x "$top/build/bin/yagurad" ] || { printf 'FAILED: build/bin/yagurad is not built\n'; exit 1; }
run=$(mktemp -d /tmp/work.XXXXXX)
. "$top/scripts/node-version.sh" 2>/dev/null && use_new_enough_node >/dev/null 2>&1
# shellcheck disable=SC2016 # expanded inside
PYTHONDONTWRITEBYTECODE=1 unshare --net --pid --fork --kill-child --mount-proc bash -c '
  ip link set lo up
  exec /usr/bin/python3 "$1/tests/system/work.py" "$2"
' - "$top" "$run" >"$run/out" 2>&1
cat "$run/out"
last=$(tail -n 1 "$run/out")
if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
  result=$last
else
  printf 'FAILED: the work did not come to its end\n'
fi
