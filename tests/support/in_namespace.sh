# shellcheck shell=bash
# Sourced by tests/system/*_test.sh: a program of tests/system in a network namespace of its own.
#   in_namespace PROGRAM.py TITLE     TITLE: what did not come to its end, when it did not
# What is needed besides is asked before, with skip_all. Ends with one line: N passed, N failed, N skipped. Exit 0 when
# nothing failed.
set -u
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
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

# Mounts of its own, which cannot be made in every chroot.
own_mounts() { unshare --mount --pid --fork --mount-proc true 2>/dev/null; }

in_namespace() {
  local apart=(unshare --net --pid --fork --kill-child) last
  if own_mounts; then apart+=(--mount --mount-proc); fi
  run=$(mktemp -d "/tmp/${1%.py}.XXXXXX")
  chmod 755 "$run"
  # shellcheck disable=SC2016 # expanded inside
  "${apart[@]}" bash -c 'ip link set lo up; exec /usr/bin/python3 "$1" "$2"' - "$top/tests/system/$1" "$run" \
    >"$run/out" 2>&1
  cat "$run/out"
  last=$(tail -n 1 "$run/out")
  if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
    result=$last
  else
    printf 'FAILED: %s did not come to its end\n' "$2"
  fi
}
