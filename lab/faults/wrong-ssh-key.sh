# shellcheck shell=bash disable=SC2034,SC2016,SC2154
describe='the device answers SSH with another host key than the pinned one (replaced, or somebody in between)'
fits='router switch firewall host ups printer'
default_target=dc-core-a
outlives_power=yes # it is in the files of the device: lab/down mends it too

reload_sshd() { in_device "$1" bash -c 'kill -HUP "$(cat /run/sshd.pid)"'; }
fault_apply() {
  local ssh
  ssh=$(device_folder "$1")/etc/ssh
  cp -p "$ssh"/ssh_host_ed25519_key{,.pub} "$record/"
  ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f "$record/other"
  # Written into the same files: what the device sees is this folder.
  cat "$record/other" >"$ssh/ssh_host_ed25519_key"
  cat "$record/other.pub" >"$ssh/ssh_host_ed25519_key.pub"
  reload_sshd "$1"
}
fault_mend() {
  local ssh
  ssh=$(device_folder "$1")/etc/ssh
  cat "$record/ssh_host_ed25519_key" >"$ssh/ssh_host_ed25519_key"
  cat "$record/ssh_host_ed25519_key.pub" >"$ssh/ssh_host_ed25519_key.pub"
  if device_pid "$1" >/dev/null; then reload_sshd "$1"; fi
}
