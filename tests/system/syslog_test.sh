#!/bin/bash
# Syslog on the real server: logger(1) and rsyslog by UDP, TCP and TLS, and what of it is in the store after a kill -9.
. "$(dirname "$0")/../support/in_namespace.sh"
for program in logger rsyslogd openssl; do
  command -v "$program" >/dev/null || skip_all "$program is not installed"
done
[ -e /usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so ] || skip_all 'rsyslog-openssl is not installed'
in_namespace syslog_lines.py 'syslog on the real server'
