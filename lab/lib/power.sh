# shellcheck shell=bash
# Turning one device on and off. A device is one first process (device/init) with network, mount, host name, IPC and
# process namespaces of its own: killing that process is pulling the plug, the kernel ends everything under it.

# power_on NAME: returns when the first process runs; daemons come up by themselves (wait_ready waits for them)
power_on() {
  local name=$1 folder path outer child='' candidate space tries=100
  folder=$(device_folder "$name")
  device_pid "$name" >/dev/null && return 0
  rm -f "$folder/ready"
  path=$(netns_path "$name")
  setsid nsenter "--net=$path" \
    unshare --mount --uts --ipc --pid --fork --kill-child=KILL --propagation unchanged \
    env -i "${DEVICE_ENVIRONMENT[@]}" bash "$LAB_HOME/device/init" "$folder" "$LAB_HOME" </dev/null >"$folder/console.log" 2>&1 8>&- &
  outer=$!
  while [ -z "$child" ] && ((tries-- > 0)); do
    sleep 0.05
    # The file has no line end, so read "fails" although it read. Only a child with a process namespace of its own counts.
    candidate=''
    read -r candidate _ 2>/dev/null <"/proc/$outer/task/$outer/children"
    space=$(readlink "/proc/${candidate:-none}/ns/pid")
    if [ -n "$space" ] && [ "$space" != "$(readlink /proc/self/ns/pid)" ]; then child=$candidate; fi
  done
  [ -n "$child" ] || { warn "$name does not start: $(tail -1 "$folder/console.log")"; return 1; }
  printf '%s %s\n' "$child" "$(process_start "$child")" >"$folder/pid"
}

# power_off NAME: everything dies at once and the cables see it
power_off() {
  local name=$1 pid folder interface
  folder=$(device_folder "$name")
  if pid=$(device_pid "$name"); then
    kill -KILL "$pid"
    until_true 5 process_gone "$pid"
  fi
  rm -f "$folder/pid" "$folder/ready"
  [ -e "$(netns_path "$name")" ] || return 0
  while IFS=$'\t' read -r interface _; do
    in_netns "$name" ip link set "$interface" down
  done < <(device_interfaces "$name")
}

process_gone() { ! [ -e "/proc/$1" ]; }

# wait_ready NAME SECONDS: until the device has said that all its daemons run
wait_ready() { until_true "$2" test -e "$(device_folder "$1")/ready"; }
