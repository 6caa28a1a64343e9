# shellcheck shell=bash disable=SC2034
describe='traps come from an address no ledger knows (the port they leave by); only the v3 engine id tells whose they are'
fits='router'
default_target=hq-core-b
outlives_power=yes # it is in the files of the device: lab/down mends it too

restart_agent() {
  render_shared
  render_device "$1"
  if device_pid "$1" >/dev/null; then in_device "$1" bash /run/lab/start-snmpd; fi
}
fault_apply() {
  touch "$(device_folder "$1")/trap-source-unset"
  restart_agent "$1"
}
fault_mend() {
  rm -f "$(device_folder "$1")/trap-source-unset"
  restart_agent "$1"
}
