# shellcheck shell=bash disable=SC2034
describe='somebody changed community and SNMPv3 keys on the device: polls go unanswered, its traps have a bad digest'
fits='router switch firewall host ups printer'
default_target=fire-rt1
outlives_power=yes # it is in the files of the device: lab/down mends it too

with_keys() {
  local folder
  folder=$(device_folder "$1")
  render_shared
  render_device "$1"
  # The configuration file was written anew; the agent starts anew as after any change of keys.
  if device_pid "$1" >/dev/null; then in_device "$1" bash /run/lab/start-snmpd; fi
}
fault_apply() {
  (umask 077 && random_word 24 >"$(device_folder "$1")/wrong-snmp-key")
  with_keys "$1"
}
fault_mend() {
  rm -f "$(device_folder "$1")/wrong-snmp-key"
  with_keys "$1"
}
