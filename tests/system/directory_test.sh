#!/bin/bash
# Sign-in with the passwords of a real Active Directory domain controller (Samba), on the real server (directory.py).
. "$(dirname "$0")/../support/in_namespace.sh"
for program in /usr/sbin/samba /usr/bin/samba-tool /usr/bin/openssl; do
  [ -x $program ] || skip_all "$program is not installed (scripts/packages.tsv, group test)"
done
[ -d /usr/share/samba/setup/ad-schema ] || skip_all 'samba-ad-provision is not installed (scripts/packages.tsv, group test)'
own_mounts || skip_all 'mounts of its own cannot be made here, and the names of the servers stand in /etc/hosts'
in_namespace directory.py 'sign-in by a directory'
