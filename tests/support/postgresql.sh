#!/bin/bash
# A real PostgreSQL for tests, on loopback, in a folder of its own.
#   postgresql.sh start DIR   prints the address to put into YAGURA_TEST_POSTGRESQL
#   postgresql.sh stop DIR
set -euo pipefail
action=$1
dir=$(realpath -m "$2")
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
cd /
own() { mkdir -p "$1" && { [ "$(id -u)" != 0 ] || chown postgres "$1"; }; }
own "$dir"
# A checkout under /root is closed to it: then beside it, under a name of this folder's.
if ! as_postgres test -w "$dir"; then
  dir=/var/tmp/yagura-postgresql-$(printf '%s' "$dir" | sha256sum | cut -c1-12)
  own "$dir"
fi
case $action in
  start)
    if [ ! -f "$dir/data/PG_VERSION" ]; then
      as_postgres "$bin/initdb" -D "$dir/data" -U yagura --auth=trust -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log"
      port=$((20000 + RANDOM % 20000))
      # A test's data need not survive a power cut.
      printf '%s\n' "port = $port" "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" \
        'fsync = off' 'max_connections = 60' >>"$dir/data/postgresql.conf"
    fi
    as_postgres "$bin/pg_ctl" -D "$dir/data" status >/dev/null ||
      as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/log" -w start >/dev/null
    port=$(sed -n 's/^port = //p' "$dir/data/postgresql.conf" | tail -1)
    echo "postgresql://yagura@127.0.0.1:$port/postgres"
    ;;
  stop) as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null
    case $dir in /var/tmp/yagura-postgresql-*) rm -rf "$dir" ;; esac ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
