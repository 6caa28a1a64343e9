#!/bin/bash
# Ping: this engine beside fping, in a network namespace of its own (needs root).
#   bench/ping.sh [--quick]     prints a table; exits 1 when a bound is missed
# The loopback range answers for every address; 10.0.0.0/8 is routed into the loopback device, where nobody
# answers: silence. Each pair of figures is the median of several runs taken in turn, so that a busy moment of
# the machine falls on both.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${PING_BENCH:-build/bin/ping_bench}
[ -x "$bench" ] || { echo "build ping_bench first: ninja -C build ping_bench" >&2; exit 2; }
if [ "${1:-}" != --inside ]; then
  exec unshare --net -- "$0" --inside "$@"
fi
shift
runs=7 seconds=75
[ "${1:-}" = --quick ] && runs=3 seconds=60
ip link set lo up
ip route add 10.0.0.0/8 dev lo
ip -6 route add local fd00::/64 dev lo  # answers for every address too
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
missed=0

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
field() { grep -oE "(^| )$2=[0-9.]+" <<<"$1" | tail -1 | cut -d= -f2; }
# row NAME VALUE PEER RATIO BOUND(an awk condition on v, p and r)
row() {
  local verdict=ok
  awk -v v="$2" -v p="${3:-0}" -v r="${4:-0}" "BEGIN { exit !($5) }" || { verdict=MISSED; missed=1; }
  printf '%-52s %10s %10s %8s   %s\n' "$1" "$2" "${3:--}" "${4:--}" "$verdict"
}
# timed COMMAND...: wall and CPU seconds of the whole program
timed() {
  local TIMEFORMAT='%R %U %S'
  { time "$@" >"$work/out" 2>"$work/err"; } 2>"$work/time" || true
  awk '{ printf "%.3f %.3f\n", $1, $2 + $3 }' "$work/time"
}

printf '%-52s %10s %10s %8s\n' "what" "yagura" "fping" "ratio"
for count in 10000 50000; do
  awk -v n=$count 'BEGIN { for (i = 1; i <= n; i++) printf "127.%d.%d.%d\n", i / 65536, i / 256 % 256, i % 256 }' >"$work/list"
  for _ in $(seq $runs); do
    timed ${PREFIX:-} "$bench" sweep $count 0 1 >>"$work/ours.$count"
    grep -q "answered=$count " "$work/out" || { echo "not all answered: $(cat "$work/out")"; missed=1; }
    timed ${PREFIX:-} fping -i 0 -B 1 -q -f "$work/list" >>"$work/peer.$count"
  done
  for column in 1 2; do
    ours=$(cut -d' ' -f$column "$work/ours.$count" | median) peer=$(cut -d' ' -f$column "$work/peer.$count" | median)
    name=$([ $column = 1 ] && echo wall || echo CPU)
    row "sweep of $count, all alive, $name s" "$ours" "$peer" "$(awk "BEGIN { printf \"%.2f\", $ours / $peer }")" "r <= 0.6"
  done
done
for count in 10000 50000; do
  awk -v n=$count 'BEGIN { for (i = 1; i <= n; i++) printf "fd00::%x:%x\n", i / 65536, i % 65536 }' >"$work/list"
  for _ in $(seq $runs); do
    timed ${PREFIX:-} "$bench" sweep6 $count 1 >>"$work/ours6.$count"
    grep -q "answered=$count " "$work/out" || { echo "not all answered: $(cat "$work/out")"; missed=1; }
    timed ${PREFIX:-} fping -6 -i 0 -B 1 -q -f "$work/list" >>"$work/peer6.$count"
  done
  for column in 1 2; do
    ours=$(cut -d' ' -f$column "$work/ours6.$count" | median) peer=$(cut -d' ' -f$column "$work/peer6.$count" | median)
    name=$([ $column = 1 ] && echo wall || echo CPU)
    row "IPv6 sweep of $count, all alive, $name s" "$ours" "$peer" "$(awk "BEGIN { printf \"%.2f\", $ours / $peer }")" "r <= 0.8"
  done
done
for count in 50000 200000; do
  for dead in 0 1 50 99 100; do
    out=$(${PREFIX:-} "$bench" sweep $count $dead)
    sum=$(($(field "$out" answered) + $(field "$out" no_answer)))
    row "sweep of $count, $dead % dead, wall s" "$(field "$out" wall)" "" "" "v <= 20.5 && $sum == $count && $(field "$out" lost_in_kernel) == 0"
  done
done
out=$(${PREFIX:-} "$bench" change 50000)
row "50,000 targets loaded, ms" "$(field "$out" load_ms)" "" "" "v <= 1000"
row "three quarters of them changed, ms" "$(field "$out" change_ms)" "" "" "v <= 1000"
row "  worst delay of a check meanwhile, ms" "$(field "$out" worst_delay_ms)" "" "" "v <= 1000"
out=$(${PREFIX:-} "$bench" steady 100000 300 $seconds)
row "100,000 targets every 5 min for $seconds s, CPU %" "$(field "$out" cpu_percent)" "" "" "v < 5"
row "  resident memory at most, MB" "$(field "$out" rss_peak_mb)" "" "" "v < 150"
row "  checks a second" "$(field "$out" checks_per_s)" "" "" "v > 300"
row "  worst delay of a check, ms" "$(field "$out" worst_delay_ms)" "" "" "v <= 1000"
exit $missed
