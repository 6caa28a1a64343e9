# shellcheck shell=bash disable=SC2034
describe='the link to the device above goes down and up, 6 s each, until mended'
fits='router switch firewall host ups printer'
default_target=west-rt1

fault_apply() {
  local above above_if
  read -r _ above above_if < <(uplink "$1")
  # shellcheck disable=SC2016
  background bash -c 'trap "nsenter --net=$1 ip link set $2 up; exit" TERM
    while :; do nsenter "--net=$1" ip link set "$2" down; sleep 6 & wait $!; nsenter "--net=$1" ip link set "$2" up; sleep 6 & wait $!; done' \
    link-flap "$(netns_path "$above")" "$above_if"
}
fault_mend() {
  local above above_if
  read -r _ above above_if < <(uplink "$1")
  stop_background
  sleep 0.3
  in_netns "$above" ip link set "$above_if" up
  if device_pid "$above" >/dev/null; then in_device "$above" bash /run/lab/net-up; fi
}
