# shellcheck shell=bash disable=SC2034,SC2016,SC2154
describe='sshd hangs: the connection is accepted and nothing is ever said'
fits='router switch firewall host ups printer'
default_target=hq-core-b

# Only the listening process stops; the kernel goes on accepting.
fault_apply() { in_device "$1" bash -c 'kill -STOP "$(cat /run/sshd.pid)"'; }
fault_mend() { device_pid "$1" >/dev/null || return 0; in_device "$1" bash -c 'kill -CONT "$(cat /run/sshd.pid)"'; }
