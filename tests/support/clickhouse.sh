#!/bin/bash
# Two real ClickHouse servers for tests, on loopback, in a folder of their own: each alone, both as the shards of the cluster yagura,
# or, where Debian's ZooKeeper is installed, both as the replicas of the one shard of the cluster replicas. With YAGURA_CLICKHOUSE_SERVERS=4
# two more, and all four as two shards of two replicas, the cluster grid.
#   clickhouse.sh start DIR   starts what does not run; prints "ADDRESS ADDRESS PASSWORD [replicas [ADDRESS ADDRESS]]" to put into
#                             YAGURA_TEST_CLICKHOUSE
#   clickhouse.sh start DIR N   the same, but of the servers only that one
#   clickhouse.sh stop DIR
set -euo pipefail
PATH=$PATH:/usr/sbin
action=$1
dir=$(realpath -m "$2")
templates=$(dirname "$(realpath "$0")")/clickhouse
servers=$(seq "${YAGURA_CLICKHOUSE_SERVERS:-2}")
# Of each server: 0 for HTTP, 4 for its own protocol, 8 between replicas. ZooKeeper has 13.
port() { cat "$dir/ports" | cut -d' ' -f"$1"; }
# One that ended and that nobody waited for does not run.
running() { [ -f "$dir/$1/pid" ] && grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$(cat "$dir/$1/pid")/status"; }
zookeeper_jar=/usr/share/java/zookeeper.jar
with_zookeeper() { [ -f $zookeeper_jar ] && command -v java >/dev/null; }
zookeeper_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$(port 13)" && echo srvr >&3 && timeout 2 cat <&3 | grep -q Mode:) 2>/dev/null
}
answers() { curl -s -m 2 "http://127.0.0.1:$1/ping" | grep -q Ok; }

prepare() {
  mkdir -p "$dir"
  # Below the ports that the kernel gives to whoever calls out.
  local first=$((20000 + RANDOM % 750 * 16))
  seq -s ' ' "$first" "$((first + 12))" >"$dir/ports"
  head -c 18 /dev/urandom | base64 | tr '+/' '-_' >"$dir/password"
  chmod 600 "$dir/password"
  local n sum
  sum=$(tr -d '\n' <"$dir/password" | sha256sum | cut -d' ' -f1)
  for n in $servers; do
    mkdir -p "$dir/$n/data" "$dir/$n/tmp"
    sed -e "s|@DIR@|$dir/$n|; s|@HTTP@|$(port $n)|; s|@TCP@|$(port $((n + 4)))|" -e "s|@TCP1@|$(port 5)|; s|@TCP2@|$(port 6)|" \
      -e "s|@TCP3@|$(port 7)|; s|@TCP4@|$(port 8)|; s|@SHARD@|$(((n + 1) / 2))|" \
      -e "s|@BETWEEN@|$(port $((n + 8)))|; s|@ZOOKEEPER@|$(port 13)|; s|@REPLICA@|$n|" \
      -e "s|@PASSWORD@|$(cat "$dir/password")|" "$templates/server.xml" >"$dir/$n/config.xml"
    sed "s|@SUM@|$sum|" "$templates/users.xml" >"$dir/$n/users.xml"
  done
}

start_zookeeper() {
  if ! running zookeeper; then
    mkdir -p "$dir/zookeeper"
    printf '%s\n' tickTime=500 "dataDir=$dir/zookeeper" "clientPort=$(port 13)" clientPortAddress=127.0.0.1 admin.enableServer=false \
      4lw.commands.whitelist=srvr forceSync=no >"$dir/zookeeper/zoo.cfg"
    (cd "$dir/zookeeper" && exec setsid java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dzookeeper.jmx.log4j.disable=true \
      -cp $zookeeper_jar org.apache.zookeeper.server.ZooKeeperServerMain zoo.cfg >output 2>&1 </dev/null) &
    echo $! >"$dir/zookeeper/pid"
  fi
  for _ in $(seq 200); do
    zookeeper_answers && return
    running zookeeper || break
    sleep 0.1
  done
  cat "$dir/zookeeper/output" >&2
  exit 1
}

case $action in
  start)
    [ -f "$dir/ports" ] || prepare
    if with_zookeeper; then start_zookeeper; fi
    for n in ${3:-$servers}; do
      running $n && continue
      (cd "$dir/$n" && exec setsid clickhouse-server --config-file="$dir/$n/config.xml" >"$dir/$n/output" 2>&1 </dev/null) &
      echo $! >"$dir/$n/pid"
    done
    for n in ${3:-$servers}; do
      for _ in $(seq 300); do
        answers "$(port $n)" && break
        running $n || { cat "$dir/$n/output" "$dir/$n/errors" >&2; exit 1; }
        sleep 0.1
      done
      answers "$(port $n)" || { echo "ClickHouse does not answer on port $(port $n)" >&2; exit 1; }
    done
    echo "http://127.0.0.1:$(port 1) http://127.0.0.1:$(port 2) $(cat "$dir/password")$(with_zookeeper && echo ' replicas')$(
      for n in $servers; do [ "$n" -le 2 ] || echo -n " http://127.0.0.1:$(port "$n")"; done)"
    ;;
  stop)
    for n in 1 2 3 4; do if running $n; then kill "$(cat "$dir/$n/pid")"; fi; done
    for n in 1 2 3 4 zookeeper; do
      running $n || continue
      kill "$(cat "$dir/$n/pid")"
      for _ in $(seq 100); do running $n || break; sleep 0.1; done
      running $n && kill -9 "$(cat "$dir/$n/pid")"
    done
    rm -rf "$dir"
    ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
