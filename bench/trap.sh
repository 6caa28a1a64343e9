#!/bin/bash
# Traps: this receiver beside snmptrapd writing a text log without fsync, on loopback.
#   bench/trap.sh [--quick]     prints a table; exits 1 when a bound is missed
# Ours decodes, judges, has every trap on disk by fdatasync and matches it against the kinds, and may lose
# none; snmptrapd's figure is what it logs a second while more is sent than it can take, whatever it loses.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${TRAP_BENCH:-build/bin/trap_bench}
[ -x "$bench" ] || { echo "build trap_bench first: ninja -C build trap_bench" >&2; exit 2; }
command -v snmptrapd >/dev/null || { echo "needs snmptrapd" >&2; exit 2; }
seconds=60 peer_seconds=10
[ "${1:-}" = --quick ] && seconds=10 peer_seconds=5
work=$(mktemp -d); running=
cleanup() { [ -z "$running" ] || kill "$running" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
export SNMP_PERSISTENT_DIR="$work/net-snmp" SNMPCONFPATH="$work"
hertz=$(getconf CLK_TCK)
missed=0

field() { grep -oE "(^| )$2=[0-9.]+" <<<"$1" | tail -1 | cut -d= -f2; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
row() { # NAME VALUE PEER RATIO BOUND(an awk condition on v, p and r)
  local verdict=ok
  awk -v v="$2" -v p="${3:-0}" -v r="${4:-0}" "BEGIN { exit !($5) }" || { verdict=MISSED; missed=1; }
  printf '%-58s %10s %10s %8s   %s\n' "$1" "$2" "${3:--}" "${4:--}" "$verdict"
}

# start: our receiver in a folder of its own; sets port
start() {
  rm -rf "$work/ours"; mkdir "$work/ours"
  "$bench" receive "$work/ours" share/mibs share/traps/kinds >"$work/out" &
  running=$!
  for _ in $(seq 600); do grep -q port= "$work/out" && break; sleep 0.1; done
  grep -q port= "$work/out" || { echo "the receiver did not start" >&2; exit 2; }
  port=$(field "$(cat "$work/out")" port)
}
# finish: ends it; sets accounts
finish() {
  sleep 0.3
  kill -TERM "$running"; wait "$running" || true; running=
  accounts=$(cat "$work/out")
}
# none_lost ACCOUNTS SENT
none_lost() { [ "$(field "$1" stored)" = "$2" ] && [ "$(field "$1" lost)" = 0 ] && [ "$(field "$1" matched)" = "$2" ]; }

# peer VERSION: sets rate and cpu_us of snmptrapd
peer() {
  cat >"$work/snmptrapd.conf" <<CONF
authCommunity log public
createUser -e 0x8000000903737769746368 ops SHA password-one AES secret-one
authUser log ops authPriv
CONF
  local udp=$((20000 + RANDOM % 10000))
  rm -rf "$work/log" "$SNMP_PERSISTENT_DIR"
  snmptrapd -C -c "$work/snmptrapd.conf" -f -Lf "$work/log" -On -m '' -n "udp:127.0.0.1:$udp" 2>/dev/null &
  running=$!
  sleep 1
  local begun ended
  begun=$(date +%s.%N)
  "$bench" send "$udp" "$1" 60000 "$peer_seconds" >/dev/null
  ended=$(date +%s.%N)
  local ticks logged
  ticks=$(sed 's/.*) //' "/proc/$running/stat" | awk '{ print $12 + $13 }')
  kill "$running"; wait "$running" 2>/dev/null || true; running=
  logged=$(grep -c 'UDP: \[' "$work/log" || true)
  rate=$(calc %.0f "$logged / ($ended - $begun)")
  cpu_us=$(calc %.2f "$ticks / $hertz * 1e6 / $logged")
}

printf '%-58s %10s %10s %8s\n' "what" "yagura" "snmptrapd" "ratio"
for version in v2c v3; do
  bound=8; [ $version = v3 ] && bound=6
  name="$version$([ $version = v3 ] && echo ' authPriv' || true)"
  peer $version
  wanted=$(calc %.0f "$rate * $bound * 1.1")
  start
  sent=$("$bench" send "$port" $version "$wanted" "$seconds")
  finish
  reached=$(field "$sent" rate)
  none_lost "$accounts" "$(field "$sent" sent)" || { echo "lost: $sent $accounts"; missed=1; }
  row "$name, $seconds s, none lost, on disk, matched: traps/s" "$reached" "$rate" "$(calc %.1f "$reached / $rate")" "r >= $bound"
  row "  CPU, microseconds a trap" "$(calc %.2f "$(field "$accounts" cpu_s) * 1e6 / $(field "$accounts" stored)")" "$cpu_us" \
    "$(calc %.1f "$cpu_us / ($(field "$accounts" cpu_s) * 1e6 / $(field "$accounts" stored))")" "1"
  most=$reached best=$accounts
  while :; do
    wanted=$(calc %.0f "$wanted * 1.25")
    start
    sent=$("$bench" send "$port" $version "$wanted" 5)
    finish
    none_lost "$accounts" "$(field "$sent" sent)" || break
    # The sender itself is at its end where its rate no longer grows.
    awk "BEGIN { exit !($(field "$sent" rate) > $most * 1.05) }" || break
    most=$(field "$sent" rate) best=$accounts
  done
  row "  highest rate of 5 s with none lost" "$most" "$rate" "$(calc %.1f "$most / $rate")" "1"
  row "  CPU at that rate, microseconds a trap" "$(calc %.2f "$(field "$best" cpu_s) * 1e6 / $(field "$best" stored)")" "$cpu_us" \
    "$(calc %.1f "$cpu_us / ($(field "$best" cpu_s) * 1e6 / $(field "$best" stored))")" "r >= $bound"
done
start
sent=$("$bench" burst "$port" 20000 60)
finish
row "burst of 20,000 in $(calc %.0f "$(field "$sent" seconds) * 1000") ms, lost" "$((20000 - $(field "$accounts" stored)))" "" "" "v == 0"
exit $missed
