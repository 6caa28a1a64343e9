#!/bin/bash
# Sign-in by tickets of a real domain (Samba as key server) on the real server, by GSS-API, curl and Chromium (kerberos.py).
. "$(dirname "$0")/../support/in_namespace.sh"
for program in /usr/sbin/samba /usr/bin/samba-tool /usr/bin/openssl /usr/bin/kinit /usr/sbin/krb5kdc /usr/sbin/kadmin.local /usr/bin/curl; do
  [ -x $program ] || skip_all "$program is not installed (scripts/packages.tsv, group test)"
done
[ -d /usr/share/samba/setup/ad-schema ] || skip_all 'samba-ad-provision is not installed (scripts/packages.tsv, group test)'
/usr/bin/python3 -c 'import gssapi' 2>/dev/null || skip_all 'python3-gssapi is not installed (scripts/packages.tsv, group test)'
own_mounts || skip_all 'mounts of its own cannot be made here, and the names of the servers stand in /etc/hosts'
. "$top/scripts/node-version.sh" 2>/dev/null && use_new_enough_node >/dev/null 2>&1
in_namespace kerberos.py 'sign-in by tickets'
