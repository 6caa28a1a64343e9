# shellcheck shell=bash disable=SC2034,SC2016,SC2154
describe='mains fail: the UPS runs on battery, upsTrapAlarmEntryAdded, then upsTrapOnBattery every minute (RFC 1628)'
fits=ups
default_target=dc-ups1

alarm() { # alarm TARGET TRAP-NUMBER
  in_device "$1" bash /run/lab/send-trap "1.3.6.1.2.1.33.2.$2" \
    1.3.6.1.2.1.33.1.6.2.1.1.1 i 1 1.3.6.1.2.1.33.1.6.2.1.2.1 o 1.3.6.1.2.1.33.1.6.3.2
}
on_battery() { # what is left is read from the agent itself, so trap and poll agree
  in_device "$1" bash /run/lab/send-trap 1.3.6.1.2.1.33.2.1 \
    1.3.6.1.2.1.33.1.2.3.0 i "$2" 1.3.6.1.2.1.33.1.2.2.0 i "$3" 1.3.6.1.2.1.33.1.9.7.0 i 2
}
fault_apply() {
  local u=1.3.6.1.2.1.33.1 now=$EPOCHSECONDS
  {
    printf '@minutes\tleft\t%s 38 2\n@on_battery\tsince\t%s\n@input_voltage\twalk\t0 0\n' "$now" "$now"
    printf '@charge\tleft\t%s 100 5 3\n%s\tinteger\t@charge\n' "$now" "$u.2.4.0"
    printf '%s\tinteger\t%s\n' "$u.2.2.0" @on_battery "$u.3.3.1.3.1" @input_voltage "$u.4.1.0" 5 \
      "$u.6.2.1.1.1" 1
    printf '%s\tcounter\t1\n%s\tgauge\t1\n' "$u.3.1.0" "$u.6.1.0"
    printf '%s\tobjectid\t.%s\n%s\ttimeticks\t1\n' "$u.6.2.1.2.1" "$u.6.3.2" "$u.6.2.1.3.1"
  } | set_figures "$1" ups-on-battery
  alarm "$1" 3 && on_battery "$1" 38 0 || return 1
  background bash -c '
    . "$1/lib/common.sh"
    . "$1/lib/faults.sh"
    load_fault ups-on-battery
    for minute in {1..36}; do sleep 60; on_battery "$2" $((38 - minute)) $((minute * 60)) || exit 1; done' \
    ups-on-battery "$LAB_HOME" "$1"
}
fault_mend() {
  stop_background
  unset_figures "$1" ups-on-battery
  alarm "$1" 4
}
