# shellcheck shell=bash disable=SC2034
# Settings, tables and words that every command of the lab shares. Sourced, never run.
#
# From outside:  LAB_DIR     folder of everything generated               (./var/lab)
#                LAB_PREFIX  first letters of our namespaces' names       (ygl-, at most 8 characters)
#                LAB_NET     first two numbers of every address           (10.250)
#                LAB_NETNS   namespace of the collector's side; empty: the namespace `lab/up` runs in
# `lab/up` writes the last three into LAB_DIR/lab.env, so that every later command needs LAB_DIR alone.

set -u
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

LAB_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAB_DIR=$(realpath -m "${LAB_DIR:-$LAB_HOME/../var/lab}")
export LAB_DIR
if [ -f "$LAB_DIR/lab.env" ]; then
  # shellcheck disable=SC1091
  . "$LAB_DIR/lab.env"
fi
LAB_PREFIX=${LAB_PREFIX:-ygl-}
LAB_NET=${LAB_NET:-10.250}
LAB_NETNS=${LAB_NETNS:-}
LAB_TOPOLOGY=${LAB_TOPOLOGY:-$LAB_HOME/topology}
COLLECTOR=$LAB_NET.0.2
TRAP_PORT=10162
SYSLOG_PORT=10514

say() { printf '%s\n' "$*"; }
warn() { printf 'lab: %s\n' "$*" >&2; }
die() { warn "$1"; exit "${2:-1}"; }

need_root() { [ "$(id -u)" = 0 ] || die "run this as root: it makes network namespaces" 3; }

check_settings() {
  [[ $LAB_PREFIX =~ ^[A-Za-z0-9_-]{1,8}$ ]] || die "LAB_PREFIX '$LAB_PREFIX': use 1 to 8 letters, digits, - or _" 2
  [[ $LAB_NET =~ ^(10\.[0-9]{1,3}|192\.168|172\.(1[6-9]|2[0-9]|3[01]))$ ]] ||
    die "LAB_NET '$LAB_NET': use the first two numbers of a private range, such as 10.250" 2
# A lab over the network of the machine's own name server would take its names away.
if [ -z "$LAB_NETNS" ] && grep -qs "^nameserver $LAB_NET\." /etc/resolv.conf; then
  die "this machine's name server has an address in $LAB_NET.0.0/16: choose another LAB_NET" 3
fi
}

# --- tables -----------------------------------------------------------------------------------------------------------
# Columns are separated by one tab; '-' is an empty value; '#' begins a comment.

rows() { grep -v -e '^#' -e '^[[:space:]]*$' "$LAB_TOPOLOGY/$1.tsv"; }

devices() { rows devices | cut -f1; }

# device_field NAME COLUMN: columns are named by the table's line that begins with "# name".
device_field() {
  awk -F'\t' -v name="$1" -v column="$2" '
    /^# name\t/ { sub(/^# */, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }
    $1 == name { print $(at[column]); found = 1 }
    END { exit !found }' "$LAB_TOPOLOGY/devices.tsv"
}

known_device() { device_field "$1" name >/dev/null || die "no device named '$1' (lab/status lists them)" 2; }

# device_interfaces NAME: interface, address or '-', peer device, peer interface, what it is for
device_interfaces() {
  rows links | awk -F'\t' -v OFS='\t' -v n="$1" '
    $1 == n { print $2, $3, $4, $5, $7 }
    $4 == n { print $5, $6, $1, $2, $7 }'
}

# uplink NAME: its own interface, the device above and that device's interface (the first link in which it is below)
uplink() { rows links | awk -F'\t' -v n="$1" '$4 == n { print $5, $1, $2; exit }'; }

address() { local a; a=$(device_field "$1" mgmt); printf '%s.%s\n' "$LAB_NET" "${a%/*}"; }

# --- namespaces ---------------------------------------------------------------------------------------------------------
# nsenter, not `ip netns exec` or `ip -n`: those want "/" to be a mount point, which it is not in a chroot.

netns() { printf '%s%s\n' "$LAB_PREFIX" "$1"; }
netns_path() { printf '/run/netns/%s\n' "$(netns "$1")"; }
# in_netns NAME CMD...: a command of this machine in the network of a device, with or without power
in_netns() { local path; path=$(netns_path "$1"); shift; nsenter "--net=$path" "$@"; }
device_folder() { printf '%s/devices/%s\n' "$LAB_DIR" "$1"; }

# on_collector CMD...: run where the watching server runs
on_collector() {
  if [ -n "$LAB_NETNS" ]; then nsenter "--net=/run/netns/$LAB_NETNS" "$@"; else "$@"; fi
}

# device_pid NAME: process id, seen from here, of the device's first process; fails when it has no power
device_pid() {
  local pid start
  read -r pid start 2>/dev/null <"$(device_folder "$1")/pid" || return 1
  [ "$(process_start "$pid")" = "$start" ] || return 1
  printf '%s\n' "$pid"
}

# process_start PID: its start time, which tells a process from a later one that got the same number
process_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# A device knows nothing of the environment of who runs the lab.
DEVICE_ENVIRONMENT=(PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/run)

# in_device NAME CMD...: run as root inside a device that has power
in_device() {
  local name=$1 pid
  shift
  pid=$(device_pid "$name") || { warn "$name has no power"; return 1; }
  nsenter -t "$pid" -m -u -i -n -p -r -w -- env -i "${DEVICE_ENVIRONMENT[@]}" "TERM=${TERM:-dumb}" "$@"
}

# until_true SECONDS CMD...: ask every 0.2 s
until_true() {
  local tries=$(($1 * 5))
  shift
  while ((tries-- > 0)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  return 1
}

secret() { sed -n "s/^$1=//p" "$LAB_DIR/secrets"; }

# lab_lock: two commands never change the lab at once. Children started for long must close it: 8>&-
lab_lock() {
  mkdir -p "$LAB_DIR"
  exec 8>"$LAB_DIR/lock"
  flock -w 120 8 || die "another lab command is still working in $LAB_DIR" 1
}
