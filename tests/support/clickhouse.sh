#!/bin/bash
# Two real ClickHouse servers for tests, on loopback, in a folder of their own: each alone, or both as the shards of one cluster.
#   clickhouse.sh start DIR   prints "ADDRESS ADDRESS PASSWORD" to put into YAGURA_TEST_CLICKHOUSE
#   clickhouse.sh stop DIR
set -euo pipefail
PATH=$PATH:/usr/sbin
action=$1
dir=$(realpath -m "$2")
templates=$(dirname "$(realpath "$0")")/clickhouse
port() { cat "$dir/ports" | cut -d' ' -f"$1"; }
running() { [ -f "$dir/$1/pid" ] && kill -0 "$(cat "$dir/$1/pid")" 2>/dev/null; }
answers() { curl -s -m 2 "http://127.0.0.1:$1/ping" | grep -q Ok; }

prepare() {
  mkdir -p "$dir"
  local first=$((20000 + RANDOM % 10000 * 4))
  echo "$first $((first + 1)) $((first + 2)) $((first + 3))" >"$dir/ports"
  head -c 18 /dev/urandom | base64 | tr '+/' '-_' >"$dir/password"
  chmod 600 "$dir/password"
  local n sum
  sum=$(tr -d '\n' <"$dir/password" | sha256sum | cut -d' ' -f1)
  for n in 1 2; do
    mkdir -p "$dir/$n/data" "$dir/$n/tmp"
    sed -e "s|@DIR@|$dir/$n|; s|@HTTP@|$(port $n)|; s|@TCP@|$(port $((n + 2)))|" -e "s|@TCP1@|$(port 3)|; s|@TCP2@|$(port 4)|" \
      -e "s|@PASSWORD@|$(cat "$dir/password")|" "$templates/server.xml" >"$dir/$n/config.xml"
    sed "s|@SUM@|$sum|" "$templates/users.xml" >"$dir/$n/users.xml"
  done
}

case $action in
  start)
    [ -f "$dir/ports" ] || prepare
    for n in 1 2; do
      running $n && continue
      (cd "$dir/$n" && exec setsid clickhouse-server --config-file="$dir/$n/config.xml" >"$dir/$n/output" 2>&1 </dev/null) &
      echo $! >"$dir/$n/pid"
    done
    for n in 1 2; do
      for _ in $(seq 300); do
        answers "$(port $n)" && break
        running $n || { cat "$dir/$n/output" "$dir/$n/errors" >&2; exit 1; }
        sleep 0.1
      done
      answers "$(port $n)" || { echo "ClickHouse does not answer on port $(port $n)" >&2; exit 1; }
    done
    echo "http://127.0.0.1:$(port 1) http://127.0.0.1:$(port 2) $(cat "$dir/password")"
    ;;
  stop)
    for n in 1 2; do
      running $n || continue
      kill "$(cat "$dir/$n/pid")"
      for _ in $(seq 100); do running $n || break; sleep 0.1; done
      running $n && kill -9 "$(cat "$dir/$n/pid")"
    done
    rm -rf "$dir"
    ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
