#!/bin/bash
# The desk on the real server (desk.py): calls, repairs and loan machines, what employees see of their own, and mail in and
# out through a real dovecot and a real opensmtpd.
. "$(dirname "$0")/../support/in_namespace.sh"
for program in dovecot smtpd; do
  [ -x /usr/sbin/$program ] || skip_all "$program is not installed (scripts/packages.tsv, group test)"
done
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || skip_all 'aiosmtpd is not installed (scripts/packages.tsv, group test)'
own_mounts || skip_all 'mounts of its own cannot be made here, and opensmtpd has one fixed place for its socket'
in_namespace desk.py 'the desk'
