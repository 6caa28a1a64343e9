#!/bin/bash
# An upstream fails above 5,000 devices, through the whole server: real echo requests in a network namespace of this run,
# a real mail server (lab/mail-sink).
#   bench/storm.sh [--quick]     prints a table; exits 1 when a bound is missed. Needs root and python3-aiosmtpd.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in yagurad bench_fill; do
  [ -x build/bin/$program ] || { echo "build $program first: ninja -C build $program" >&2; exit 2; }
done
devices=5000 interval=20
[ "${1:-}" = --quick ] && devices=1000
work=$(mktemp -d)
space=yagura-storm-$$
export LAB_DIR=$work/lab MAIL_SINK=127.0.0.1:2598
cleanup() {
  ip netns exec $space lab/mail-sink stop >/dev/null 2>&1 || true
  ip netns del $space 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
ip netns add $space
ip -n $space link set lo up
mkdir "$work/data" "$work/lab"
build/bin/bench_fill "sqlite:$work/data/yagura.db" --devices $devices --upstream --days 1
ip netns exec $space lab/mail-sink start >/dev/null
ip netns exec $space python3 bench/storm/storm.py "$work" $devices $interval
