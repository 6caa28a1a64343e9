# shellcheck shell=bash disable=SC2034
describe='the cable to the device above is pulled: its port loses carrier, OSPF goes round, linkDown is sent'
fits='router switch firewall host ups printer'
default_target=east-rt1

far_end() {
  local above above_if
  read -r _ above above_if < <(uplink "$1")
  in_netns "$above" ip link set "$above_if" "$2"
  # Routes that the kernel dropped with the link come back with it.
  if [ "$2" = up ] && device_pid "$above" >/dev/null; then in_device "$above" bash /run/lab/net-up; fi
}
fault_apply() { far_end "$1" down; }
fault_mend() { far_end "$1" up; }
