# shellcheck shell=bash disable=SC2034,SC2154
# The engine under lab/fault and lab/heal. A fault is one file in faults/ that sets
#   describe        one line: what breaks, as in life
#   fits            kinds of device it can befall (devices.tsv column kind), or `site`
#   default_target  what it befalls when nothing is named
#   passes_by_itself=yes, outlives_power=yes   where that is so
# and has two functions, each called with the target; $record is a folder of its own to remember what to put back:
#   fault_apply TARGET      fault_mend TARGET

fault_names() { local f; for f in "$LAB_HOME"/faults/*.sh; do basename "$f" .sh; done; }

# load_fault NAME: afterwards the variables and functions above are this fault's
load_fault() {
  if ! [[ $1 =~ ^[a-z0-9-]+$ ]] || ! [ -f "$LAB_HOME/faults/$1.sh" ]; then
    die "no fault named '$1' (lab/fault --list)" 2
  fi
  describe='' fits='' default_target='' passes_by_itself='' outlives_power=''
  # shellcheck disable=SC1090
  . "$LAB_HOME/faults/$1.sh"
}

check_target() {
  local fault=$1 target=$2 kind
  if [ "$fits" = site ]; then
    rows sites | cut -f1 | grep -qx -- "$target" || die "no site named '$target'" 2
    return
  fi
  known_device "$target"
  kind=$(device_field "$target" kind)
  [[ " $fits " == *" $kind "* ]] || die "$fault does not befall a $kind ($target); it fits: $fits" 2
}

active_faults() {
  local folder
  for folder in "$LAB_DIR"/faults/*/; do
    [ -d "$folder" ] && basename "$folder"
  done
  return 0
}

# background CMD...: keeps running after the fault command, until stop_background or lab/down
background() {
  setsid "$@" </dev/null >>"$record/log" 2>&1 8>&- &
  printf '%s %s\n' "$!" "$(process_start $!)" >"$record/pid"
}

stop_background() {
  local pid start
  read -r pid start 2>/dev/null <"$record/pid" || return 0
  if [ "$(process_start "$pid")" = "$start" ]; then
    kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
  fi
  rm -f "$record/pid"
}

# set_figures TARGET FAULT <lines: other figures for the device's MIB, as device/mib-agent reads them
set_figures() { cat >"$(device_folder "$1")/figures/50-$2.tsv.new" && mv "$(device_folder "$1")/figures/50-$2.tsv"{.new,}; }
unset_figures() { rm -f "$(device_folder "$1")/figures/50-$2.tsv"; }
