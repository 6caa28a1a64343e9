# shellcheck shell=bash disable=SC2034
describe='one device loses its power'
fits='router switch firewall host ups printer'
default_target=fire-rt1

fault_apply() { power_off "$1"; }
fault_mend() { power_on "$1" && wait_ready "$1" 30; }
