#!/bin/bash
# SNMP polling: this engine beside net-snmp's library in-process and beside one snmpget a question.
#   bench/snmp.sh [--quick]     prints a table; exits 1 when a bound is missed
# 1,000 simulated devices on 127.0.x.y (a process of its own) x 100 objects. Every pair is run in turn, so that a busy
# moment of the machine falls on both; figures are GETs per second of wall and of the poller's own CPU.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${SNMP_BENCH:-build/bin/snmp_poll_bench}
[ -x "$bench" ] || { echo "build snmp_poll_bench first: ninja -C build snmp_poll_bench" >&2; exit 2; }
rounds=5 forks=1000
[ "${1:-}" = --quick ] && rounds=2 forks=150
port=$((17000 + RANDOM % 2000)) missed=0
"$bench" agents $port 1000 100 & agents=$!
trap 'kill $agents 2>/dev/null' EXIT
sleep 1
field() { grep -oE "(^| )$2=[0-9.]+" <<<"$1" | tail -1 | cut -d= -f2; }
run() { "$bench" "$@" 2>/dev/null; }
# row NAME OURS PEER BOUND(0: shown only)
row() {
  local ratio verdict
  ratio=$(awk "BEGIN { printf \"%.1f\", $2 / $3 }")
  verdict=ok
  [ "$4" = 0 ] && verdict=-
  awk "BEGIN { exit !($2 / $3 < $4) }" && { verdict="MISSED (bound $4)"; missed=1; }
  printf '%-62s %10s %10s %8s   %s\n' "$1" "$2" "$3" "$ratio" "$verdict"
}
printf '%-62s %10s %10s %8s\n' "GETs a second" "yagura" "peer" "ratio"
for version in v2c v3; do
  for varbinds in 1 25; do
    what="$version, $varbinds object(s) a GET"
    ours=$(run yagura $port 1000 100 $varbinds 2 $version $rounds)
    own=$(run net-snmp $port 1000 100 $varbinds 2 $version 1)
    epoll=$(run net-snmp-epoll $port 1000 100 $varbinds 2 $version 1)
    row "$what: net-snmp under its own loop, wall" "$(field "$ours" gets_per_s)" "$(field "$own" gets_per_s)" 3
    row "$what: net-snmp under its own loop, CPU" "$(field "$ours" gets_per_cpu_s)" "$(field "$own" gets_per_cpu_s)" 3
    row "$what: net-snmp under epoll, wall" "$(field "$ours" gets_per_s)" "$(field "$epoll" gets_per_s)" 0
    row "$what: net-snmp under epoll, CPU" "$(field "$ours" gets_per_cpu_s)" "$(field "$epoll" gets_per_cpu_s)" 0
  done
  forked=$(run snmpget $port $forks $version)
  ours=$(run yagura $port 1000 100 1 2 $version 1)
  row "$version, 1 object a GET: one snmpget process each, wall" "$(field "$ours" gets_per_s)" "$(field "$forked" gets_per_s)" 100
  row "$version, 1 object a GET: one snmpget process each, CPU" "$(field "$ours" gets_per_cpu_s)" "$(field "$forked" gets_per_cpu_s)" 100
done
exit $missed
