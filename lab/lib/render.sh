# shellcheck shell=bash
# Writes everything a device reads into LAB_DIR/devices/NAME, from the tables in topology/ and the secrets of this lab.
# What must stay the same over restarts (secrets, SSH host keys, engine ids) is made once and kept.

random_word() { head -c 64 /dev/urandom | base64 -w0 | tr -d '+/=' | head -c "$1"; }

render_secrets() {
  local user
  (
    umask 077
    touch "$LAB_DIR/secrets"
    add() { grep -q "^$1=" "$LAB_DIR/secrets" || printf '%s=%s\n' "$1" "$2" >>"$LAB_DIR/secrets"; }
    add SNMP_COMMUNITY "$(random_word 20)"
    add SNMP_INTERNAL "$(random_word 24)"
    add SSH_MONITOR_PASSWORD "$(random_word 20)"
    for user in $(rows devices | cut -f13 | sort -u); do
      add "SNMP_V3_${user^^}_AUTH" "$(random_word 24)"
      add "SNMP_V3_${user^^}_PRIV" "$(random_word 24)"
    done
    mkdir -p "$LAB_DIR/ssh"
    [ -f "$LAB_DIR/ssh/monitor_key" ] || ssh-keygen -q -t ed25519 -N '' -C 'monitor@lab' -f "$LAB_DIR/ssh/monitor_key"
  )
  chmod 600 "$LAB_DIR/secrets"
}

# render_shared: reads the secrets once for all devices
render_shared() {
  COMMUNITY=$(secret SNMP_COMMUNITY)
  INTERNAL=$(secret SNMP_INTERNAL)
  PASSWORD_HASH=$(secret SSH_MONITOR_PASSWORD | openssl passwd -6 -stdin)
}

render_device() {
  local name=$1 folder
  folder=$(device_folder "$name")
  mkdir -p "$folder"/{etc/{snmp,ssh},figures}
  # One read of the row: the columns in the table's own order.
  # shellcheck disable=SC2034
  IFS=$'\t' read -r _ name_ja _ class kind site mgmt gateway _ _ _ trap v3_user syslog model \
    < <(rows devices | awk -F'\t' -v n="$name" '$1 == n')
  render_environment
  render_network
  render_accounts
  render_ssh
  render_syslog
  render_snmpd
  render_figures
  if [ "$kind" = router ] || [ "$kind" = firewall ]; then render_frr; fi
  if [ "$kind" = firewall ]; then render_firewall; fi
}

render_environment() {
  cat >"$folder/device.env" <<EOF
NAME=$name
KIND=$kind
SITE=$site
MODEL='$model'
COLLECTOR=$COLLECTOR
SEED=$(printf '%s' "$name" | cksum | cut -d' ' -f1 | cut -c1-6)
LOG_SIZE=8m
EOF
}

render_network() {
  local interface addr peer what
  {
    case $kind in
    router) printf 'address\tlo\t%s.%s\n' "$LAB_NET" "$mgmt" ;;
    switch) printf 'address\tbr0\t%s.%s\n' "$LAB_NET" "$mgmt" ;;
    esac
    while IFS=$'\t' read -r interface addr peer _ what; do
      printf 'alias\t%s\t%s %s\n' "$interface" "$peer" "$what"
      if [ "$addr" = - ]; then
        printf 'port\t%s\n' "$interface"
      else
        printf 'address\t%s\t%s.%s\n' "$interface" "$LAB_NET" "$addr"
      fi
      printf 'up\t%s\n' "$interface"
    done < <(device_interfaces "$name")
    if [ "$gateway" != - ]; then printf 'route\t%s.0.0/16\t%s.%s\n' "$LAB_NET" "$LAB_NET" "$gateway"; fi
  } >"$folder/network"
}

# The host's system users keep their numbers, none of them can log in; `monitor` exists only in here.
render_accounts() {
  local groups=monitor
  getent passwd | awk -F: -v OFS=: '$3 < 1000 || $1 == "nobody" { $7 = "/usr/sbin/nologin"; print }' >"$folder/etc/passwd"
  echo 'monitor:x:9001:9001:read-only:/run/home/monitor:/run/lab/monitor-shell' >>"$folder/etc/passwd"
  getent group | awk -F: -v OFS=: -v r="$kind" '
    $3 < 1000 || $1 == "nogroup" {
      if (r == "router" && $1 == "frrvty") $4 = ($4 == "" ? "" : $4 ",") "monitor"
      print
    }' >"$folder/etc/group"
  echo "$groups:x:9001:" >>"$folder/etc/group"
  cut -d: -f1 "$folder/etc/passwd" | sed '/^monitor$/d; s/$/:*:19000:0:99999:7:::/' >"$folder/etc/shadow"
  echo "monitor:$PASSWORD_HASH:19000:0:99999:7:::" >>"$folder/etc/shadow"
  chgrp shadow "$folder/etc/shadow"
  chmod 640 "$folder/etc/shadow"
  chmod 644 "$folder/etc/passwd" "$folder/etc/group"
}

render_ssh() {
  local ssh=$folder/etc/ssh
  if ! [ -f "$ssh/ssh_host_ed25519_key" ]; then
    ssh-keygen -q -t ed25519 -N '' -C "root@$name" -f "$ssh/ssh_host_ed25519_key"
  fi
  install -m 644 "$LAB_DIR/ssh/monitor_key.pub" "$ssh/authorized_keys"
  cat >"$ssh/sshd_config" <<'EOF'
Port 22
AddressFamily inet
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
StrictModes no
AllowUsers monitor
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin no
UsePAM no
UseDNS no
AllowTcpForwarding no
X11Forwarding no
PermitUserRC no
PrintMotd no
PrintLastLog no
MaxStartups 20:30:60
EOF
}

# known_hosts for those who pin: one line a device, by address
render_known_hosts() {
  local name
  for name in $(devices); do
    printf '%s %s\n' "$(address "$name")" "$(cut -d' ' -f1,2 "$(device_folder "$name")/etc/ssh/ssh_host_ed25519_key.pub")"
  done >"$LAB_DIR/ssh/known_hosts"
}

render_syslog() {
  local template=RSYSLOG_TraditionalForwardFormat
  if [ "$syslog" = rfc5424 ]; then template=RSYSLOG_SyslogProtocol23Format; fi
  # Its own complaints about an unreachable collector are not the device's log. What cannot be sent yet waits.
  cat >"$folder/etc/rsyslog.conf" <<EOF
module(load="imuxsock")
global(workDirectory="/run" localHostname="$name")
\$FileCreateMode 0644
:programname, isequal, "rsyslogd" stop
*.* action(type="omfile" file="/var/log/messages")
*.* action(type="omfwd" target="$COLLECTOR" port="$SYSLOG_PORT" protocol="udp" template="$template"
  address="$LAB_NET.${mgmt%/*}"
  queue.type="LinkedList" queue.size="2000" action.resumeRetryCount="-1" action.resumeInterval="2")
EOF
}

engine_id() {
  local file=$folder/engine-id
  if ! [ -f "$file" ]; then printf '80001f8805%s\n' "$(od -An -tx1 -N8 /dev/urandom | tr -d ' \n')" >"$file"; fi
  cat "$file"
}

render_snmpd() {
  local auth priv community=$COMMUNITY sink
  auth=$(secret "SNMP_V3_${v3_user^^}_AUTH")
  priv=$(secret "SNMP_V3_${v3_user^^}_PRIV")
  if [ -f "$folder/wrong-snmp-key" ]; then # written by the fault of that name
    auth=$(cat "$folder/wrong-snmp-key") priv=$auth community=$auth
  fi
  case $trap in
  v1) sink="-v 1 -c $community" ;;
  v2c) sink="-v 2c -c $community" ;;
  v3) sink="-v 3 -u $v3_user -l authPriv -a SHA -A $auth -x AES -X $priv" ;;
  esac
  (
    umask 077
    {
      cat <<EOF
sysName $name
sysLocation $site
sysContact network-desk@yagura.example
sysDescr $model ($class)
exactEngineID 0x$(engine_id)
rocommunity $community $COLLECTOR
createUser $v3_user SHA $auth AES $priv
rouser $v3_user authPriv
createUser _internal SHA $INTERNAL
iquerySecName _internal
rouser _internal
$(render_trap_source)
trapsess $sink $COLLECTOR:$TRAP_PORT
authtrapenable 1
master agentx
agentXSocket /run/agentx
disk /var/log 10%
notificationEvent linkDownTrap .1.3.6.1.6.3.1.1.5.3 -o .1.3.6.1.2.1.2.2.1.1 -o .1.3.6.1.2.1.2.2.1.7 -o .1.3.6.1.2.1.2.2.1.8 -o .1.3.6.1.2.1.2.2.1.2
notificationEvent linkUpTrap .1.3.6.1.6.3.1.1.5.4 -o .1.3.6.1.2.1.2.2.1.1 -o .1.3.6.1.2.1.2.2.1.7 -o .1.3.6.1.2.1.2.2.1.8 -o .1.3.6.1.2.1.2.2.1.2
monitor -S -u _internal -r 2 -e linkDownTrap linkDown .1.3.6.1.2.1.2.2.1.8 != 1
monitor -S -u _internal -r 2 -e linkUpTrap linkUp .1.3.6.1.2.1.2.2.1.8 == 1
EOF
      awk -F'\t' '$1 == "root" { print "pass_persist ." $2 " /run/lab/mib-agent ." $2 }' \
        "$LAB_HOME/figures/common.tsv" "$LAB_HOME/figures/$kind.tsv"
    } >"$folder/etc/snmp/snmpd.conf"
  )
}

# Traps come from the management address, as from a router with its trap source set. The fault of this file's name takes
# that line away: then they come from whatever port leads to the collector.
render_trap_source() {
  [ -f "$folder/trap-source-unset" ] || printf '[snmp] clientaddr %s\n[snmpd]\n' "$LAB_NET.${mgmt%/*}"
}

render_figures() {
  cp "$LAB_HOME/figures/common.tsv" "$folder/figures/00-common.tsv"
  cp "$LAB_HOME/figures/$kind.tsv" "$folder/figures/10-$kind.tsv"
}

render_frr() {
  local interface
  mkdir -p "$folder/etc/frr"
  echo 'service integrated-vtysh-config' >"$folder/etc/frr/vtysh.conf"
  {
    cat <<EOF
hostname $name
log syslog informational
service integrated-vtysh-config
!
EOF
    while IFS=$'\t' read -r interface addr peer _; do
      printf 'interface %s\n description %s\n' "$interface" "$peer"
      case $addr in
      */30) printf ' ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 4\n ip ospf retransmit-interval 1\n' ;;
      *) printf ' ip ospf passive\n' ;;
      esac
      printf 'exit\n!\n'
    done < <(device_interfaces "$name")
    printf 'router ospf\n ospf router-id %s\n log-adjacency-changes\n timers throttle spf 10 50 500\n timers throttle lsa all 100\n timers lsa min-arrival 50\n' \
      "$LAB_NET.${mgmt%/*}"
    printf ' network %s.0.0/16 area 0\nexit\n!\nend\n' "$LAB_NET"
  } >"$folder/etc/frr/frr.conf"
  chown -R frr:frr "$folder/etc/frr"
  chmod 640 "$folder/etc/frr"/*
  chgrp frrvty "$folder/etc/frr/vtysh.conf"
}

# OSPF is protocol 89; its name needs /etc/protocols, which a small system lacks.
# The segment of the collector and the servers lies behind ge1, everything else behind the backbone ports.
render_firewall() {
  cat >"$folder/firewall.nft" <<EOF
flush ruleset
table inet lab {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    ip protocol icmp counter accept
    ip protocol 89 iifname { ge2, ge3 } accept
    ip saddr $COLLECTOR tcp dport 22 counter accept
    ip saddr $COLLECTOR udp dport 161 counter accept
    counter drop
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related counter accept
    ip saddr $COLLECTOR ip protocol icmp counter accept
    ip saddr $COLLECTOR tcp dport { 22, 80, 443 } counter accept
    ip saddr $COLLECTOR udp dport 161 counter accept
    ip daddr $COLLECTOR ip protocol icmp counter accept
    ip daddr $COLLECTOR udp dport { $TRAP_PORT, $SYSLOG_PORT } counter accept
    counter drop
  }
}
EOF
}
