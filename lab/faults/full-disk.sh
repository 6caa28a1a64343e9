# shellcheck shell=bash disable=SC2034
describe='the log partition (a real one of 8 MB) is full'
fits='router switch firewall host ups printer'
default_target=dc-srv1

fault_apply() { in_device "$1" bash -c 'dd if=/dev/zero of=/var/log/core.dump bs=64k count=512 2>/dev/null; test -s /var/log/core.dump'; }
fault_mend() { in_device "$1" rm -f /var/log/core.dump; }
