# shellcheck shell=bash disable=SC2034
describe='tray 1 is empty: level 0, an entry in prtAlertTable, printerV2Alert with inputMediaSupplyEmpty(808)'
fits=printer
default_target=hq-prn1

alert() { # critical(3), group input(8), tray 1
  local entry=1.3.6.1.2.1.43.18.1.1
  in_device "$1" bash /run/lab/send-trap 1.3.6.1.2.1.43.18.2.0.1 "$entry.1.1.1" i 1 "$entry.2.1.1" i 3 \
    "$entry.4.1.1" i 8 "$entry.5.1.1" i 1 "$entry.6.1.1" i -1 "$entry.7.1.1" i 808
}
fault_apply() {
  local p=1.3.6.1.2.1.43
  {
    printf '%s\tinteger\t%s\n' "$p.8.2.1.10.1.1" 0 "$p.8.2.1.11.1.1" 19 1.3.6.1.2.1.25.3.2.1.5.1 5 \
      1.3.6.1.2.1.25.3.5.1.1.1 1 "$p.18.1.1.2.1.1" 3 "$p.18.1.1.3.1.1" 5 "$p.18.1.1.4.1.1" 8 "$p.18.1.1.5.1.1" 1 \
      "$p.18.1.1.6.1.1" -1 "$p.18.1.1.7.1.1" 808
    printf '%s\tstring\tTray 1 is empty\n' "$p.18.1.1.8.1.1"
    printf '1.3.6.1.2.1.25.3.5.1.2.1\toctet\t40\n' # hrPrinterDetectedErrorState: noPaper
  } | set_figures "$1" printer-out-of-paper
  alert "$1"
}
fault_mend() {
  # RFC 3805 sends a notification for a critical entry that is added, none when it goes: the poll sees that.
  unset_figures "$1" printer-out-of-paper
}
