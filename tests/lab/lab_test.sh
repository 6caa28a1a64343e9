#!/bin/bash
# The lab, tried by the programs that others use: ping, net-snmp, OpenSSH, an SMTP client. Everything happens in a folder
# and in namespaces of this run's own, so a lab that runs already is not touched; everything is removed at the end.
# Ends with one line: N passed, N failed, N skipped. Exit 0 when nothing failed.
set -u
export LC_ALL=C.UTF-8
lab=$(cd "$(dirname "$0")/../../lab" && pwd)
run=$(mktemp -d /tmp/lab-test.XXXXXX)
chmod 755 "$run"
number=$((RANDOM % 900 + 100))
export LAB_DIR=$run/lab LAB_PREFIX=yt$number- LAB_NET=10.$((RANDOM % 40 + 200)) LAB_NETNS=yt$number-watch
export MIBS='' MIBDIRS=/nonexistent SNMP_PERSISTENT_DIR=$run/snmp SNMPCONFPATH=/nonexistent
passed=0 failed=0 skipped=0 started=$SECONDS
children=()
exec 9>&1 # for the last line, wherever the output goes at that moment

finish() {
  local child
  for child in "${children[@]}"; do kill -KILL "$child" 2>/dev/null; done
  LAB_DIR=$run/second "$lab/down" --purge >/dev/null 2>&1
  "$lab/down" --purge >/dev/null 2>&1
  ip netns del "yt$number-host" 2>/dev/null
  rm -rf "$run"
  printf '%d s\n' "$((SECONDS - started))" >&9
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped" >&9
  [ "$failed" = 0 ] || exit 1
}
trap finish EXIT
trap 'exit 1' INT TERM

skip_all() {
  printf 'skipped: %s\n' "$1"
  skipped=1
  exit 0
}

# check WORDS CMD...: passes when the command does
check() {
  local words=$1
  shift
  if "$@" >"$run/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$words"
    tail -n 5 "$run/out" | sed 's/^/    /'
  fi
}
refuse() { local words=$1; shift; check "$words" not "$@"; }
not() { ! "$@"; }
# soon SECONDS CMD...: the command becomes true in time
soon() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < until)) || { "$@"; return 1; }
    sleep 0.3
  done
}
says() { local pattern=$1; shift; "$@" | grep -E -e "$pattern"; }

watch() { "$lab/collector" "$@"; }
in_background() { # on the collector's side; ended by its own process id
  nsenter "--net=/run/netns/$LAB_NETNS" "$@" </dev/null >/dev/null 2>&1 9>&- &
  children+=($!)
}
address() { awk -F'\t' -v n="$1" -v net="$LAB_NET" '$1 == n { sub(/\/.*/, "", $7); print net "." $7 }' "$lab/topology/devices.tsv"; }
alive() { watch ping -c1 -W1 -q "$(address "$1")"; }
secret() { sed -n "s/^$1=//p" "$LAB_DIR/secrets"; }
v3() {
  local verb=$1 name=$2
  shift 2
  watch "$verb" -v3 -u yagura_ro -l authPriv -a SHA -A "$auth" -x AES -X "$priv" -On -OQ -t 1 -r 1 "$(address "$name")" "$@"
}
v2() {
  local verb=$1 name=$2
  shift 2
  watch "$verb" -v2c -c "$community" -On -OQ -t 1 -r 1 "$(address "$name")" "$@"
}
ssh_options=(-o "UserKnownHostsFile=$LAB_DIR/ssh/known_hosts" -o StrictHostKeyChecking=yes -o ConnectTimeout=4
  -o GlobalKnownHostsFile=/dev/null -F /dev/null)
by_key() {
  local name=$1
  shift
  watch timeout 10 ssh "${ssh_options[@]}" -o BatchMode=yes -i "$LAB_DIR/ssh/monitor_key" "monitor@$(address "$name")" "$@" </dev/null
}
by_key_error() { by_key "$1" 'show version' 2>&1; }
by_password() {
  local name=$1 word=$2
  shift 2
  SSHPASS=$word watch timeout 10 sshpass -e ssh "${ssh_options[@]}" -o PubkeyAuthentication=no "monitor@$(address "$name")" "$@" </dev/null
}
traps=$run/traps.log
mark() { trap_mark=$(stat -c %s "$traps"); log_mark=$(stat -c %s "$run/syslog.log"); }
# trap_came SECONDS DEVICE PATTERN: since the last mark, in one notification's line
trap_came() { soon "$1" says "^[^|]*\b$(address "$2" | sed 's/\./\\./g')\b.*$3" tail -c "+$((trap_mark + 1))" "$traps"; }
log_came() { soon "$1" says "$2" tail -c "+$((log_mark + 1))" "$run/syslog.log"; }
number_of() { v2 snmpget "$1" "$2" | sed -n 's/^.* = \([0-9][0-9]*\)$/\1/p' | grep .; }
above() { local got; got=$(number_of "$1" "$2") && ((got >= $3)); }
below() { local got; got=$(number_of "$1" "$2") && ((got < $3)); }
host_network() { ip -o address; ip route show table all; ip rule; ip -o link | sed 's/ qlen.*//'; sysctl net.ipv4.ip_forward; }
ours_running() {
  local file words found=1
  for file in /proc/[0-9]*/cmdline; do
    words=$(tr '\0' ' ' 2>/dev/null <"$file") || continue
    case $words in *"$run"*) printf '%s %s\n' "$file" "$words"; found=0 ;; esac
  done
  return "$found"
}

# --- up -----------------------------------------------------------------------------------------------------------------
[ "$(id -u)" = 0 ] || skip_all 'the lab needs root'
for program in snmpget snmptrapd ssh sshpass ping vtysh jq; do
  command -v "$program" >/dev/null || skip_all "the program $program is not installed"
done
host_network >"$run/network-before"

no_rights() { setpriv --bounding-set=-sys_admin,-net_admin --inh-caps=-sys_admin,-net_admin "$lab/up"; [ $? = 3 ]; }
check 'without the right to make namespaces, lab/up says so and exits 3' no_rights
no_rights_words() { no_rights 2>&1 | grep -q 'namespaces cannot be made here'; }
check 'and says it in words' no_rights_words
wrong_setting() { LAB_NET=$1 "$lab/up"; [ $? = 2 ]; }
check 'a public range is refused' wrong_setting 8.8
check 'a broken range is refused' wrong_setting '10.1; id'

before=$SECONDS
"$lab/up" >"$run/up.log" 2>&1
status=$?
if [ "$status" = 3 ]; then skip_all 'network namespaces cannot be made here'; fi
printf 'lab up in %d s\n' "$((SECONDS - before))"
cat "$run/up.log" >"$run/out"
check 'lab/up brings everything up' test "$status" = 0
[ "$status" = 0 ] || { cat "$run/up.log"; exit 1; }
mapfile -t names < <(grep -v '^#' "$lab/topology/devices.tsv" | cut -f1)
pids() { cat "$LAB_DIR"/devices/*/pid; }
pids >"$run/pids"
check 'a second lab/up' "$lab/up"
check '... starts nothing anew' diff "$run/pids" <(pids)
check 'lab/status: all is well' "$lab/status"
check 'secrets are for root only' test "$(stat -c %a "$LAB_DIR/secrets")" = 600
host_network >"$run/network-during"
check 'the network of the host is as it was' diff "$run/network-before" "$run/network-during"

community=$(secret SNMP_COMMUNITY) auth=$(secret SNMP_V3_YAGURA_RO_AUTH) priv=$(secret SNMP_V3_YAGURA_RO_PRIV)
password=$(secret SSH_MONITOR_PASSWORD)

# --- receivers: a real snmptrapd and a plain UDP listener on the collector's side ----------------------------------------
{
  printf 'authCommunity log %s\nauthUser log yagura_ro\n' "$community"
  for name in "${names[@]}"; do
    printf 'createUser -e 0x%s yagura_ro SHA %s AES %s\n' "$(cat "$LAB_DIR/devices/$name/engine-id")" "$auth" "$priv"
  done
  printf 'format1 %s\nformat2 %s\n' '%b %a|%N.%w.%q|%v\n' '%b|%v\n'
} >"$run/snmptrapd.conf"
: >"$traps"
: >"$run/syslog.log"
in_background snmptrapd -f -n -C -c "$run/snmptrapd.conf" -On -OQ -Lf "$traps" "udp:$LAB_NET.0.2:10162"
in_background /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 10514))
with open(sys.argv[2], "ab", 0) as out:
    while True:
        data, peer = s.recvfrom(65535); out.write(peer[0].encode() + b" " + data + b"\n")' \
  "$LAB_NET.0.2" "$run/syslog.log"
soon 5 grep -q 'NET-SNMP version' "$traps" >/dev/null

# --- reach, SNMP, SSH, syslog ---------------------------------------------------------------------------------------------
for name in "${names[@]}"; do
  check "$name answers ping" alive "$name"
  check "$name answers SNMPv2c with its name" says "= \"?$name\"?\$" v2 snmpget "$name" .1.3.6.1.2.1.1.5.0
  check "$name answers SNMPv3 authPriv with its name" says "= \"?$name\"?\$" v3 snmpget "$name" .1.3.6.1.2.1.1.5.0
  check "$name lets in by key and answers" says . by_key "$name" 'show log'
done
refuse 'a wrong community gets no answer' watch snmpget -v2c -c wrong -t 1 -r 0 "$(address dc-core-a)" .1.3.6.1.2.1.1.5.0
refuse 'a wrong v3 password gets no answer' watch snmpget -v3 -u yagura_ro -l authPriv -a SHA -A wrong-wrong -x AES -X "$priv" -t 1 -r 0 \
  "$(address dc-core-a)" .1.3.6.1.2.1.1.5.0
refuse 'v3 without authentication gets no answer' watch snmpget -v3 -u yagura_ro -l noAuthNoPriv -t 1 -r 0 "$(address dc-core-a)" .1.3.6.1.2.1.1.5.0
refuse 'SNMP cannot write' v3 snmpset dc-core-a .1.3.6.1.2.1.1.6.0 s elsewhere
check 'the password lets in' says 'O>\*' by_password fire-rt1 "$password" 'show ip route'
refuse 'a wrong password does not' by_password fire-rt1 wrong 'show ip route'
check 'the route to the east branch came by OSPF' says "^O>\* $LAB_NET\.21\.0/24" by_key fire-rt1 'show ip route'
check 'OSPF: every neighbour of core B is full' test "$(by_key hq-core-b 'show ip ospf neighbor' | grep -c Full/)" = 5
check 'vtysh -c "…" as scripts send it' says FRRouting by_key west-rt1 'vtysh -c "show version"'
check 'several commands' says 'ge1' by_key west-rt1 'show version; show interface brief'
refuse 'the read-only account cannot configure a router' by_key west-rt1 'configure terminal'
refuse '... nor clear anything' by_key west-rt1 'clear ip ospf process'
interactive() { printf 'enable\nconfigure terminal\nhostname stolen\nshow running-config\n' | watch timeout 10 ssh "${ssh_options[@]}" -o BatchMode=yes \
  -i "$LAB_DIR/ssh/monitor_key" "monitor@$(address west-rt1)" 2>&1; }
refuse '... nor in a session' says 'stolen#|stolen\(config|^hostname stolen' interactive
check 'the name is still its own' says west-rt1 "$lab/console" west-rt1 vtysh -c 'show running-config'
# shellcheck disable=SC2016
refuse 'no command reaches a shell' by_key dc-srv1 'show version $(touch /tmp/broken) `id`'
refuse '... by any way' by_key dc-srv1 '| id'
check '... and nothing was made' not "$lab/console" dc-srv1 test -e /tmp/broken
check 'the firewall shows its rules with counters' says 'counter packets' by_key dc-fw1 'show firewall'
check 'the switch shows learnt addresses' says 'dev ge' by_key dc-sw1 'show mac'
refuse 'the firewall lets no telnet through' watch timeout 2 bash -c ": </dev/tcp/$(address hq-prn1)/23"
refuse 'the UPS cannot open SSH to a router: the firewall forbids it' "$lab/console" dc-ups1 timeout 2 bash -c ": </dev/tcp/$(address fire-rt1)/22"
mark
"$lab/console" dc-srv1 logger -t backup 'nightly backup done 日本語'
check 'syslog in RFC 5424 form arrives' log_came 5 "^$(address dc-srv1) <13>1 .*dc-srv1 backup .*nightly backup done 日本語"
"$lab/console" fire-rt1 logger -t backup 'from far away'
check 'syslog in RFC 3164 form arrives' log_came 5 '<13>[A-Z][a-z][a-z] [ 0-9][0-9] .*fire-rt1 backup: from far away'
check 'interface counters are real' above fire-rt1 .1.3.6.1.2.1.31.1.1.1.6.2 1000
walk=$(v3 snmpwalk dc-srv1 .1.3.6.1.2.1.25)
check 'a walk through HOST-RESOURCES-MIB ends' test "$(wc -l <<<"$walk")" -gt 20
check 'UPS-MIB: on mains' says '= 3$' v2 snmpget dc-ups1 .1.3.6.1.2.1.33.1.4.1.0
check 'Printer-MIB: paper in tray 1' above hq-prn1 .1.3.6.1.2.1.43.8.2.1.10.1.1 1
check 'inventory: csv' says '^fire-rt1,outer_router,消防本部（外局）,' "$lab/inventory"
inventory_counts() { "$lab/inventory" --format json | jq -e '(.devices | length) == '"${#names[@]}"' and (.sites | length) == 5 and (.interfaces | length) == 27'; }
check 'inventory: json is whole' inventory_counts
check 'inventory: what stands above, as a list' says '^west-rt1,.*,"hq-core-b, dc-core-a",' "$lab/inventory"
refuse 'inventory prints no secret' says "$password|$community|$auth|$priv" "$lab/inventory" --format json

# --- faults ---------------------------------------------------------------------------------------------------------------
fault() { mark; check "fault $*" "$lab/fault" "$@"; }
heal() { mark; check "heal $*" "$lab/heal" "$@"; }
refuse 'an unknown fault is refused' "$lab/fault" no-such-fault
refuse 'a path is no fault' "$lab/fault" ../lib/common
refuse 'a UPS fault does not befall a router' "$lab/fault" ups-on-battery dc-core-a
listed() { [ "$("$lab/fault" --list | grep -c '  fits: ')" = "$(find "$lab/faults" -name '*.sh' | wc -l)" ]; }
check 'every fault is listed' listed

down_trap='6\.3\.1\.1\.5\.3\b' up_trap='6\.3\.1\.1\.5\.4\b'
fault link-down east-rt1
check 'east router: linkDown comes over the other line' trap_came 15 east-rt1 "$down_trap"
check 'east router: ge1 is down by SNMP' soon 5 says '= [27]$' v3 snmpget east-rt1 .1.3.6.1.2.1.2.2.1.8.2
check 'the router is still reached' soon 10 alive east-rt1
check 'the route goes through core B' soon 10 says "via $LAB_NET\.2\.17, ge2" by_key east-rt1 'show ip route ospf'
heal link-down
check 'east router: linkUp' trap_came 15 east-rt1 "$up_trap"

fault link-flap west-rt1
check 'flap: linkDown' trap_came 12 west-rt1 "$down_trap"
check 'flap: linkUp' trap_came 15 west-rt1 "$up_trap"
heal link-flap

fault branch-power-off east
refuse 'the branch router is dead' alive east-rt1
refuse 'the switch behind it too' alive east-sw1
check 'the others live' alive west-rt1
check 'core A: linkDown' trap_came 15 dc-core-a "$down_trap"
refuse 'lab/status says so' "$lab/status"
heal branch-power-off
check 'the branch is back' soon 15 alive east-sw1
check 'its router sends coldStart' trap_came 15 east-rt1 '6\.3\.1\.1\.5\.1\b'

up_time() { number_of "$1" .1.3.6.1.6.3.10.2.1.3.0; }
boots() { number_of "$1" .1.3.6.1.6.3.10.2.1.2.0; }
boots_before=$(boots west-rt1) up_before=$(up_time west-rt1)
fault router-restart west-rt1
check 'coldStart' trap_came 15 west-rt1 '6\.3\.1\.1\.5\.1\b'
check 'up-time began anew' test "$(up_time west-rt1)" -lt "$up_before"
check 'engine boots grew by one' test "$(boots west-rt1)" = $((boots_before + 1))

fault fan-trap dc-core-a
check 'fan notification, critical' trap_came 5 dc-core-a '4\.1\.9\.9\.13\.3\.0\.4\b.*9\.9\.13\.1\.4\.1\.3\.1 = 3\b'
check 'the poll agrees' soon 5 says '= 3$' v3 snmpget dc-core-a .1.3.6.1.4.1.9.9.13.1.4.1.3.1
heal fan-trap
check 'fan notification, normal' trap_came 5 dc-core-a '4\.1\.9\.9\.13\.3\.0\.4\b.*9\.9\.13\.1\.4\.1\.3\.1 = 1\b'

fault temperature-high
check 'temperature notification' trap_came 5 dc-sw1 '4\.1\.9\.9\.13\.3\.0\.3\b'
check 'the poll agrees' soon 5 above dc-sw1 .1.3.6.1.4.1.9.9.13.1.3.1.3.1 60
heal temperature-high

cpu=.1.3.6.1.2.1.25.3.3.1.2.196608
check 'processor: calm' below dc-srv1 $cpu 90
fault high-cpu dc-srv1
check 'processor: busy' soon 5 above dc-srv1 $cpu 90
check 'of this device alone' below dc-core-a $cpu 90
heal high-cpu
check 'processor: calm again' soon 5 below dc-srv1 $cpu 90

fault full-disk dc-srv1
check 'disk: 100 per cent by SNMP' soon 20 above dc-srv1 .1.3.6.1.4.1.2021.9.1.9.1 99
check 'disk: the error flag is set' says '= 1$' v2 snmpget dc-srv1 .1.3.6.1.4.1.2021.9.1.100.1
check 'disk: HOST-RESOURCES-MIB agrees' soon 5 above dc-srv1 .1.3.6.1.2.1.25.2.3.1.6.2 8000
heal full-disk
check 'disk: room again' soon 20 below dc-srv1 .1.3.6.1.4.1.2021.9.1.9.1 50

fault wrong-ssh-key dc-core-a
refuse 'a pinned host key refuses the other one' by_key dc-core-a 'show version'
check 'and it is the key that differs' says 'REMOTE HOST IDENTIFICATION|verification failed' by_key_error dc-core-a
heal wrong-ssh-key
check 'the old key is back' soon 5 by_key dc-core-a 'show version'

fault ssh-hang hq-core-b
check 'TCP connects' watch timeout 2 bash -c ": </dev/tcp/$(address hq-core-b)/22"
hangs() { watch timeout 3 bash -c "exec 3</dev/tcp/$(address hq-core-b)/22; read -r line <&3"; [ $? = 124 ]; }
check 'and nothing is said' hangs
heal ssh-hang
check 'it talks again' soon 5 by_key hq-core-b 'show version'

fault snmp-wrong-key fire-rt1
refuse 'v3 with the old key: no answer' v3 snmpget fire-rt1 .1.3.6.1.2.1.1.5.0
refuse 'v2c with the old community: no answer' v2 snmpget fire-rt1 .1.3.6.1.2.1.1.5.0
refuse 'its coldStart is not accepted' trap_came 2 fire-rt1 '6\.3\.1\.1\.5\.1\b'
heal snmp-wrong-key
check 'the old key answers again' soon 5 v3 snmpget fire-rt1 .1.3.6.1.2.1.1.5.0
check 'and its coldStart is accepted' trap_came 10 fire-rt1 '6\.3\.1\.1\.5\.1\b'

fault trap-source-unset
check 'its coldStart comes from another address' soon 10 says "\[$LAB_NET\.2\.6\].*6\.3\.1\.1\.5\.1\b" tail -c "+$((trap_mark + 1))" "$traps"
heal trap-source-unset
check 'and from its own again' trap_came 10 hq-core-b '6\.3\.1\.1\.5\.1\b'

fault ups-on-battery
check 'upsTrapAlarmEntryAdded' trap_came 5 dc-ups1 '2\.1\.33\.2\.3\b.*2\.1\.33\.1\.6\.3\.2\b'
check 'upsTrapOnBattery' trap_came 5 dc-ups1 '2\.1\.33\.2\.1\b.*33\.1\.2\.3\.0 = 38'
check 'output source: battery' soon 5 says '= 5$' v2 snmpget dc-ups1 .1.3.6.1.2.1.33.1.4.1.0
check 'seconds on battery grow' soon 5 above dc-ups1 .1.3.6.1.2.1.33.1.2.2.0 2
heal ups-on-battery
check 'upsTrapAlarmEntryRemoved' trap_came 5 dc-ups1 '2\.1\.33\.2\.4\b'
check 'output source: mains' soon 5 says '= 3$' v2 snmpget dc-ups1 .1.3.6.1.2.1.33.1.4.1.0

fault printer-out-of-paper
check 'printerV2Alert as an SNMPv1 trap, code 808' trap_came 5 hq-prn1 '2\.1\.43\.18\.2\.6\.*1\b.*18\.1\.1\.7\.1\.1 = 808'
check 'tray 1 is empty' soon 5 below hq-prn1 .1.3.6.1.2.1.43.8.2.1.10.1.1 1
heal all
check 'tray 1 is filled' soon 5 above hq-prn1 .1.3.6.1.2.1.43.8.2.1.10.1.1 1
check 'nothing is broken any more' says '^faults: none$' "$lab/status"

# --- sinks ----------------------------------------------------------------------------------------------------------------
if /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; then
  check 'mail sink starts' "$lab/mail-sink" start
  check 'a mail is taken' watch /usr/bin/python3 -c '
import email.message, smtplib
m = email.message.EmailMessage()
m["From"], m["To"], m["Subject"] = "watch@yagura.example", "desk@yagura.example", "【障害】東振興局 髙﨑"
m.set_content("本文")
with smtplib.SMTP("127.0.0.1", 2525, timeout=5) as s: s.send_message(m)'
  check 'and listed with its subject' soon 5 says 'desk@yagura.example.【障害】東振興局 髙﨑' "$lab/mail-sink" list
  check 'mail sink stops' "$lab/mail-sink" stop
else
  skipped=$((skipped + 4))
  printf 'skipped: mail sink, python3-aiosmtpd is not installed\n'
fi
post() { watch /usr/bin/python3 -c '
import urllib.request
urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:2580/hook/1", data="{\"障害\": 1}".encode()), timeout=5)'; }
check 'webhook sink starts' "$lab/webhook-sink" start
check 'a call is taken' post
check 'and listed' soon 5 says '/hook/1.\{"障害": 1\}' "$lab/webhook-sink" list
"$lab/webhook-sink" fail 503
refuse 'it can be told to fail' post
check 'webhook sink stops' "$lab/webhook-sink" stop

# --- the collector in the namespace that lab/up runs in (as beside a watching server), tried in one that is ours -----------
check 'lab/down' "$lab/down"
ip netns add "yt$number-host"
host=(nsenter "--net=/run/netns/yt$number-host" env "LAB_DIR=$run/second" LAB_NETNS= "LAB_PREFIX=yu$number-")
"${host[@]}" ip link set lo up
"${host[@]}" ip route add default dev lo
"${host[@]}" ip route >"$run/route-before"
check 'up beside a default route' "${host[@]}" "$lab/up"
check 'the default route is as it was' says '^default dev lo' "${host[@]}" ip route
check 'the lab is reached directly' "${host[@]}" ping -c1 -W1 -q "$LAB_NET.1.31"
"${host[@]}" ip link set "yu$number-mon" down
refuse 'with the cable out, nothing for the lab goes to the default route' "${host[@]}" ip route get "$LAB_NET.1.31"
check 'down' "${host[@]}" "$lab/down" --purge
check 'routes are as before' diff "$run/route-before" <("${host[@]}" ip route)

# --- nothing stays --------------------------------------------------------------------------------------------------------
for child in "${children[@]}"; do
  kill -TERM "$child"
  wait "$child" 2>/dev/null
done
check 'no namespace stays' test -z "$(ip netns list | grep -E "^y[tu]$number-" | grep -v "yt$number-host")"
refuse 'no process stays' ours_running
check 'no mount stays' not grep -q "$run" /proc/self/mounts
host_network >"$run/network-after"
check 'the network of the host is as it was' diff "$run/network-before" "$run/network-after"
