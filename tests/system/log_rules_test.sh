#!/bin/bash
# Rules that make alerts of logs on the real server: logger(1), rsyslog and datagrams to an alert and its end, over a kill -9.
. "$(dirname "$0")/../support/in_namespace.sh"
for program in logger rsyslogd; do
  command -v "$program" >/dev/null || skip_all "$program is not installed"
done
in_namespace log_rules.py 'rules that make alerts of logs'
