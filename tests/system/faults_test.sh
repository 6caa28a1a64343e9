#!/bin/bash
# shellcheck disable=SC2154,SC2034 # top is set, result is read by in_namespace.sh
# Faults under a running server (faults.py): full disk, locked or lost database, sudden deaths, clock that jumps, floods,
# hostile files. In a network and a mount namespace of its own; everything is removed at the end.
#   tests/system/faults_test.sh [STEP...]     STEP: a_full_disk, ... as in faults.py
# Ends with one line: N passed, N failed, N skipped. Exit 0 when nothing failed.
. "$(dirname "$0")/../support/in_namespace.sh"
unshare --net --mount true 2>/dev/null || skip_all 'mounts cannot be made here'
run=$(mktemp -d /tmp/faults.XXXXXX)
chmod 755 "$run"

: >"$run/out"
# shellcheck disable=SC2016 # expanded inside
unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private bash -c '
  top=$1 run=$2; shift 2
  ip link set lo up
  if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    YAGURA_TEST_POSTGRESQL_OWN=$("$top/tests/support/postgresql.sh" start "$run/postgresql") || exit 1
    export YAGURA_TEST_POSTGRESQL_OWN
  fi
  /usr/bin/python3 "$top/tests/system/faults.py" "$run" "$@"
  [ -z "${YAGURA_TEST_POSTGRESQL_OWN:-}" ] || "$top/tests/support/postgresql.sh" stop "$run/postgresql"
' - "$top" "$run" "$@" >"$run/out" 2>&1 &
program=$!
tail -n +1 -f --pid="$program" -s 0.2 "$run/out" &
follow=$!
wait "$program"
wait "$follow"
last=$(tail -n 1 "$run/out")
if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
  result=$last
else
  printf 'FAILED: the faults did not come to their end\n'
fi
