# shellcheck shell=bash disable=SC2034
describe='the processor of this device is busy: 95 to 99 per cent by SNMP (a figure, the machine itself stays idle)'
fits='router switch firewall host ups printer'
default_target=dc-srv1

fault_apply() { printf '@cpu\twalk\t97 2\n' | set_figures "$1" high-cpu; }
fault_mend() { unset_figures "$1" high-cpu; }
