#!/bin/bash
# SNMP polling: this engine beside net-snmp's library in-process and beside one snmpget a question.
#   bench/snmp.sh [--quick]     prints a table; exits 1 when a bound is missed
# 1,000 simulated devices on 127.0.x.y (a process of its own) x 100 objects, in a network namespace of its own (needs
# root) so that no packet filter of the machine is measured. The runs of a row are taken in turn, so that a busy moment
# of the machine falls on all; medians of objects per second, by wall and by the poller's own CPU.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${SNMP_BENCH:-build/bin/snmp_poll_bench}
[ -x "$bench" ] || { echo "build snmp_poll_bench first: ninja -C build snmp_poll_bench" >&2; exit 2; }
if [ "${1:-}" != --inside ]; then
  exec unshare --net -- "$0" --inside "$@"
fi
shift
runs=5 forks=1000 versions=${VERSIONS:-v2c v3}
[ "${1:-}" = --quick ] && runs=3 forks=150
ip link set lo up
port=$((17000 + RANDOM % 2000)) missed=0
work=$(mktemp -d)
"$bench" agents $port 1000 100 & agents=$!
trap 'kill $agents 2>/dev/null; rm -rf "$work"' EXIT
sleep 1
# run FILE WHAT VARBINDS VERSION ROUNDS: adds "objects a second by wall, by CPU"
run() {
  "$bench" "$2" $port 1000 100 "$3" 2 "$4" "$5" 2>/dev/null | tr ' ' '\n' |
    awk -F= '{ v[$1] = $2 } END { if (v["failures"] > 0) print "failures: " v["failures"] >"/dev/stderr"
      printf "%.0f %.0f\n", v["values"] / v["wall"], v["values"] / v["cpu"] }' >>"$work/$1"
}
median() { cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# row NAME OURS PEER BOUND(0: shown only)
row() {
  local ratio verdict
  ratio=$(awk "BEGIN { printf \"%.2f\", $2 / $3 }")
  verdict=ok
  [ "$4" = 0 ] && verdict=-
  awk "BEGIN { exit !($2 / $3 < $4) }" && { verdict="MISSED (bound $4)"; missed=1; }
  printf '%-66s %10s %10s %8s   %s\n' "$1" "$2" "$3" "$ratio" "$verdict"
}
# rows NAME OURS PEER BOUND
rows() {
  row "$1, wall" "$(median "$2" 1)" "$(median "$3" 1)" "$4"
  row "$1, CPU" "$(median "$2" 2)" "$(median "$3" 2)" "$4"
}
printf '%-66s %10s %10s %8s\n' "objects a second" "yagura" "peer" "ratio"
for version in $versions; do
  for varbinds in 1 25 40 100; do
    rounds=$((varbinds == 1 ? 2 : 15))
    for _ in $(seq $runs); do
      run "ours.$varbinds.$version" yagura $varbinds $version $rounds
      [ $version = v2c ] && run "kernel.$varbinds.$version" kernel $varbinds $version $rounds
      [ $varbinds = 40 ] && continue
      run "own.$varbinds.$version" net-snmp $varbinds $version $((rounds / 2 + 1))
      run "epoll.$varbinds.$version" net-snmp-epoll $varbinds $version $((rounds / 2 + 1))
    done
  done
  # As installed: 40 at most a GET, so three of them, as their answers must fit an Ethernet frame; against the peer at
  # what is its best on loopback (one GET, whose answer would be fragmented), and at what a loop over objects does.
  rows "$version, as installed; net-snmp's own loop, 100 a GET" ours.40.$version own.100.$version 0
  rows "$version, as installed; net-snmp under epoll, 100 a GET" ours.40.$version epoll.100.$version 0
  rows "$version, as installed; net-snmp's own loop, 1 a GET" ours.40.$version own.1.$version 3
  for varbinds in 1 25 100; do
    bound=3
    # Both send and receive as many datagrams, and the kernel's share of each is the same.
    [ $version.$varbinds = v2c.1 ] && bound=2
    what="$version, $varbinds a GET on both sides"
    rows "$what; net-snmp's own loop" ours.$varbinds.$version own.$varbinds.$version $bound
    rows "$what; net-snmp under epoll" ours.$varbinds.$version epoll.$varbinds.$version 0
    [ $version = v2c ] && rows "$what; the kernel's calls alone" ours.$varbinds.$version kernel.$varbinds.$version 0
  done
  forked=$("$bench" snmpget $port $forks $version | tr ' ' '\n' | awk -F= '{ v[$1] = $2 }
    END { printf "%.0f %.0f", v["values"] / v["wall"], v["values"] / v["cpu"] }')
  echo "$forked" >"$work/forked.$version"
  rows "$version, 1 a GET; one snmpget process each" ours.1.$version forked.$version 100
done
exit $missed
