# shellcheck shell=bash disable=SC2034
describe='the chassis gets hot: 66 degrees, ciscoEnvMonTemperatureNotification, state warning(2)'
fits='router switch firewall'
default_target=dc-sw1

hot() {
  local sensor=1.3.6.1.4.1.9.9.13.1.3.1
  in_device "$1" bash /run/lab/send-trap 1.3.6.1.4.1.9.9.13.3.0.3 \
    "$sensor.2.1" s Chassis "$sensor.3.1" u "$2" "$sensor.6.1" i "$3"
}
fault_apply() {
  printf '@temperature\twalk\t66 2\n1.3.6.1.4.1.9.9.13.1.3.1.6.1\tinteger\t2\n' | set_figures "$1" temperature-high
  hot "$1" 66 2
}
fault_mend() {
  unset_figures "$1" temperature-high
  hot "$1" 34 1
}
