#!/bin/bash
# The screens on the real server, as people use them: from the printed link of the first administrator to the downloaded
# report, in Chromium (tour.mjs), with a lab and a mail server of its own. All of it lives in a network namespace of this
# run and is removed at the end. PICTURES=FOLDER keeps a picture of every page.
# Ends with one line: N passed, N failed, N skipped. Exit 0 when nothing failed.
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)
lab=$top/lab
run='' program='' server='' started=$SECONDS result='0 passed, 1 failed, 0 skipped'

finish() {
  for child in $program $server; do
    kill -TERM "$child" 2>/dev/null
    wait "$child" 2>/dev/null
  done
  if [ -n "$run" ]; then
    "$lab/webhook-sink" stop >/dev/null 2>&1
    "$lab/mail-sink" stop >/dev/null 2>&1
    "$lab/down" --purge >/dev/null 2>&1
    rm -rf "$run"
  fi
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
give_up() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}

[ "$(id -u)" = 0 ] || skip_all 'needs root: it makes network namespaces'
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || skip_all 'python3-aiosmtpd is not installed'
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || skip_all 'there is no Chromium'
[ -x "$top/build/bin/yagurad" ] || give_up 'build/bin/yagurad is not built'
[ -f "$top/ui/dist/index.html" ] || give_up 'ui/dist is not built'
[ -d "$top/ui/node_modules/playwright-core" ] || give_up 'ui/node_modules is not there'

run=$(mktemp -d /tmp/screens.XXXXXX)
chmod 755 "$run"
number=$((RANDOM % 900 + 100))
export LAB_DIR=$run/lab LAB_PREFIX=ys$number- LAB_NET=10.$((RANDOM % 40 + 200)) LAB_NETNS=ys$number-watch
export MAIL_SINK=127.0.0.1:2599 MIBS='' SNMP_PERSISTENT_DIR=$run/snmp

"$lab/up" >"$run/up.log" 2>&1
status=$?
[ "$status" != 3 ] || skip_all 'network namespaces cannot be made here'
[ "$status" = 0 ] || { tail -n 5 "$run/up.log"; give_up 'the lab does not come up'; }
nsenter "--net=/run/netns/$LAB_NETNS" ip link set lo up
"$lab/mail-sink" start >"$run/mail-sink.log" 2>&1 || give_up "the mail server does not start: $(cat "$run/mail-sink.log")"
"$lab/webhook-sink" start >>"$run/mail-sink.log" 2>&1 || give_up "the webhook server does not start: $(cat "$run/mail-sink.log")"
for what in sites devices interfaces contacts; do
  "$lab/inventory" --format csv --what "$what" >"$LAB_DIR/inventory-$what.csv" || give_up "no inventory of $what"
done
nsenter "--net=/run/netns/$LAB_NETNS" setpriv --pdeathsig KILL "$top/build/bin/yagurad" --data "$run/data" --share "$top/share" --packs "$top/packs" \
  --contract matsusaka --listen 127.0.0.1:18443 --ui "$top/ui/dist" --trap-port 10162 --syslog-port 10514 --lab "$LAB_DIR" --ping-interval 5 \
  --smtp "smtp://$MAIL_SINK" --smtp-from watch@yagura.example >"$run/yagurad.log" 2>&1 &
server=$!
for _ in $(seq 200); do
  grep -q '/setup#' "$run/yagurad.log" && break
  sleep 0.2
done
link=$(grep -o 'https://[^ ]*/setup#[^ ]*' "$run/yagurad.log") || give_up "no link for the first administrator: $(tail -n 3 "$run/yagurad.log")"

. "$top/scripts/node-version.sh" 2>/dev/null && use_new_enough_node >/dev/null 2>&1
export HOST_NET=/proc/$$/ns/net
: >"$run/out"
nsenter "--net=/run/netns/$LAB_NETNS" node "$top/tests/system/tour.mjs" "$link" "$run" >"$run/out" 2>&1 &
program=$!
tail -n +1 -f --pid="$program" -s 0.2 "$run/out" &
follow=$!
wait "$program"
program=''
wait "$follow"
if grep -q '\[error\]' "$run/yagurad.log"; then grep '\[error\]' "$run/yagurad.log" | tail -n 5; fi
last=$(tail -n 1 "$run/out")
if [[ $last =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
  result=$last
else
  printf 'FAILED: the tour of the screens did not come to its end\n'
fi
