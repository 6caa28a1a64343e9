#!/bin/bash
# Deliverables, scanned attachments, passwords, hand-over and erasure on the real server.
. "$(dirname "$0")/../support/in_namespace.sh"
[ -x /usr/sbin/clamd ] || skip_all 'no clamd here (package clamav-daemon)'
in_namespace registers.py 'the registers'
