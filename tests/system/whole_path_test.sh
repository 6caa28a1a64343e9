#!/bin/bash
# The whole path, from a device that fails to the month's report, on a lab of its own: real devices, a real mail server,
# the real server program, driven through the REST API (whole_path.py). Lab, server and mail server live in a network
# namespace of this run, so nothing of the host's network changes; everything is removed at the end.
# Ends with one line: N passed, N failed, N skipped. Exit 0 when nothing failed.
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)
lab=$top/lab
exec 9>&1 # for the last line, wherever the output goes at that moment
run='' program='' started=$SECONDS result='0 passed, 1 failed, 0 skipped'

finish() {
  if [ -n "$program" ]; then
    kill -TERM "$program" 2>/dev/null
    wait "$program" 2>/dev/null
  fi
  if [ -n "$run" ]; then
    "$lab/mail-sink" stop >/dev/null 2>&1
    "$lab/down" --purge >/dev/null 2>&1
    if ip netns list | grep -q "^yw$number-" || pgrep -f "$run/" >/dev/null; then
      printf 'FAILED: a namespace or a process is left\n' >&9
      result=${result/ 0 failed,/ 1 failed,}
    fi
    rm -rf "$run"
  fi
  printf '%d s\n%s\n' "$((SECONDS - started))" "$result" >&9
  case $result in *', 0 failed, '*) ;; *) exit 1 ;; esac
}
trap finish EXIT
trap 'exit 1' INT TERM

skip_all() {
  printf 'skipped: %s\n' "$1"
  result='0 passed, 0 failed, 1 skipped'
  exit 0
}
give_up() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}

[ "$(id -u)" = 0 ] || skip_all 'needs root: it makes network namespaces'
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || skip_all 'python3-aiosmtpd is not installed'
[ -x "$top/build/bin/yagurad" ] || give_up 'build/bin/yagurad is not built'

run=$(mktemp -d /tmp/whole-path.XXXXXX)
chmod 755 "$run"
number=$((RANDOM % 900 + 100))
export LAB_DIR=$run/lab LAB_PREFIX=yw$number- LAB_NET=10.$((RANDOM % 40 + 160)) LAB_NETNS=yw$number-watch
export MAIL_SINK=127.0.0.1:2599 MIBS='' SNMP_PERSISTENT_DIR=$run/snmp

"$lab/up" >"$run/up.log" 2>&1
status=$?
[ "$status" != 3 ] || skip_all 'network namespaces cannot be made here'
[ "$status" = 0 ] || { tail -n 5 "$run/up.log"; give_up 'the lab does not come up'; }
printf 'lab up in %d s\n' "$((SECONDS - started))"
nsenter "--net=/run/netns/$LAB_NETNS" ip link set lo up
"$lab/mail-sink" start >"$run/mail-sink.log" 2>&1 || give_up "the mail server does not start: $(cat "$run/mail-sink.log")"
for what in sites devices interfaces; do
  "$lab/inventory" --format csv --what "$what" >"$LAB_DIR/inventory-$what.csv" || give_up "no inventory of $what"
done

: >"$run/out"
# The program runs where the collector is; the lab's own commands want the namespace that lab/up ran in.
PYTHONDONTWRITEBYTECODE=1 HOST_NET=/proc/$$/ns/net nsenter "--net=/run/netns/$LAB_NETNS" /usr/bin/python3 "$top/tests/system/whole_path.py" "$run" \
  >"$run/out" 2>&1 9>&- &
program=$!
tail -n +1 -f --pid="$program" -s 0.2 "$run/out" &
follow=$!
wait "$program"
program=''
wait "$follow"
last=$(tail -n 1 "$run/out")
if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
  result=$last
else
  printf 'FAILED: the drive through the whole path did not come to its end\n'
fi
