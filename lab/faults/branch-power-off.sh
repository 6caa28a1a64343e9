# shellcheck shell=bash disable=SC2034
describe='the power of a whole site fails: its devices stop at once, in the middle of what they do'
fits=site
default_target=east

site_devices() { rows devices | awk -F'\t' -v s="$1" '$6 == s { print $1 }'; }
fault_apply() { local d; for d in $(site_devices "$1"); do power_off "$d"; done; }
fault_mend() {
  local d
  for d in $(site_devices "$1"); do power_on "$d" || return 1; done
  for d in $(site_devices "$1"); do wait_ready "$d" 30 || return 1; done
}
