# shellcheck shell=bash disable=SC2034
describe='a fan stops: ciscoEnvMonFanNotification, state critical(3); mended, the same with normal(1)'
fits='router switch firewall'
default_target=dc-core-a

fan() {
  local state=1.3.6.1.4.1.9.9.13.1.4.1
  in_device "$1" bash /run/lab/send-trap 1.3.6.1.4.1.9.9.13.3.0.4 "$state.2.1" s 'Fan 1' "$state.3.1" i "$2"
}
fault_apply() {
  printf '1.3.6.1.4.1.9.9.13.1.4.1.3.1\tinteger\t3\n' | set_figures "$1" fan-trap
  fan "$1" 3
}
fault_mend() {
  unset_figures "$1" fan-trap
  fan "$1" 1
}
