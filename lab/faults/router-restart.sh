# shellcheck shell=bash disable=SC2034
describe='a router restarts by itself and is back after some seconds: coldStart, up-time begins anew (nothing to mend)'
fits='router firewall switch'
default_target=west-rt1
passes_by_itself=yes

fault_apply() {
  power_off "$1"
  sleep "${LAB_RESTART_SECONDS:-5}"
  power_on "$1" && wait_ready "$1" 30
}
fault_mend() { :; }
