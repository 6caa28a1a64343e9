#!/bin/bash
# Web server: requests per CPU-second and memory per idle TLS connection beside nginx, over TLS 1.3 on loopback.
#   bench/web.sh [--quick]     prints a table; exits 1 when a bound is missed
# Needs wrk and nginx (any flavour with TLS; started from a folder of its own, never as a service). Both sides
# send the same JSON with the same security fields. Runs are taken in turn, and CPU time is that of the server
# alone, so other work on the machine weighs on both alike.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${WEB_LOAD:-build/bin/web_load}
[ -x "$bench" ] || { echo "build web_load first: ninja -C build web_load" >&2; exit 2; }
command -v wrk >/dev/null && command -v nginx >/dev/null || { echo "needs wrk and nginx" >&2; exit 2; }
runs=5 seconds=4 idle=5000
[ "${1:-}" = --quick ] && runs=3 seconds=2
work=$(mktemp -d); ours=; peer=; holder=
cleanup() {
  for pid in $ours $peer $holder; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
missed=0
hertz=$(getconf CLK_TCK)

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# children and all threads of one server: CPU ticks, resident KB (private pages, so that nginx's workers do not count twice)
family() { echo "$1"; ps -o pid= --ppid "$1" || true; }
ticks() { for p in $(family "$1"); do sed 's/.*) //' "/proc/$p/stat"; done | awk '{ s += $12 + $13 } END { print s }'; }
private_kb() { for p in $(family "$1"); do awk '/^Private_/ { s += $2 } END { print s }' "/proc/$p/smaps_rollup"; done | awk '{ s += $1 } END { print s }'; }
row() { # NAME VALUE PEER BOUND(an awk condition on v, p and r)
  local ratio=- verdict=ok
  [ "$3" = - ] || ratio=$(awk "BEGIN { printf \"%.2f\", $2 / $3 }")
  awk -v v="$2" -v p="${3/-/0}" -v r="${ratio/-/0}" "BEGIN { exit !($4) }" || { verdict=MISSED; missed=1; }
  printf '%-56s %10s %10s %8s   %s\n' "$1" "$2" "$3" "$ratio" "$verdict"
}

: >"$work/ours.log"; "$bench" serve "$work" >>"$work/ours.log" & ours=$!
until grep -q port= "$work/ours.log"; do sleep 0.1; done
port=$(grep -oE 'port=[0-9]+' "$work/ours.log" | cut -d= -f2)
nginx_port=$((port > 40000 ? port - 1111 : port + 1111))
curl -sk "https://localhost:$port/quick" -D "$work/head" -o "$work/body"
{
  echo "daemon off; pid $work/pid; error_log $work/error.log; worker_processes 2; worker_rlimit_nofile 19000;"
  echo "events { worker_connections 9000; }"
  echo "http { access_log off; client_body_temp_path $work/t; proxy_temp_path $work/t; fastcgi_temp_path $work/t; uwsgi_temp_path $work/t; scgi_temp_path $work/t;"
  echo "server { listen 127.0.0.1:$nginx_port ssl; ssl_protocols TLSv1.3; ssl_certificate $work/server.pem; ssl_certificate_key $work/server.key;"
  echo "keepalive_requests 1000000000; keepalive_timeout 600s; default_type application/json;"
  tr -d '\r' <"$work/head" | grep -vE '^(HTTP|Content-|Date|Connection)' | sed '/^$/d; s/^\([^:]*\): \(.*\)$/add_header \1 "\2";/'
  echo "location / { return 200 '$(cat "$work/body")'; } } }"
} >"$work/nginx.conf"
nginx -e "$work/error.log" -c "$work/nginx.conf" & peer=$!
until curl -sk "https://localhost:$nginx_port/" -o "$work/peer_body"; do sleep 0.1; done
cmp -s "$work/body" "$work/peer_body" || { echo "the two do not answer the same"; exit 1; }

# measure PID PORT PATH CONNECTIONS -> requests per CPU-second of the server
measure() {
  local before after requests
  before=$(ticks "$1")
  requests=$(wrk -t1 -c"$4" -d"${seconds}s" -H 'Host: localhost' "https://localhost:$2$3" | tee -a "$work/wrk.log" | awk '/requests in/ { print $1 }')
  after=$(ticks "$1")
  awk -v n="$requests" -v t="$((after - before))" -v hz="$hertz" 'BEGIN { printf "%d\n", n * hz / t }'
}
printf '%-56s %10s %10s %8s\n' "what" "yagura" "nginx" "ratio"
for connections in 16 256; do
  for _ in $(seq "$runs"); do
    measure "$ours" "$port" /quick "$connections" >>"$work/quick.$connections"
    measure "$ours" "$port" /worker "$connections" >>"$work/worker.$connections"
    measure "$peer" "$nginx_port" / "$connections" >>"$work/nginx.$connections"
  done
  nginx=$(median <"$work/nginx.$connections")
  row "requests/CPU-s, $connections connections, on the I/O thread" "$(median <"$work/quick.$connections")" "$nginx" "r >= 0.6"
  row "requests/CPU-s, $connections connections, on a worker" "$(median <"$work/worker.$connections")" "$nginx" "r >= 0.4"
done
if grep -E 'Non-2xx|Socket errors' "$work/wrk.log"; then missed=1; fi

# held PID PORT PATH -> private KB for each of $idle connections that wait
held() {
  local before after pid=$1
  before=$(private_kb "$pid")
  mkfifo "$work/fifo"
  "$bench" hold "$2" "$idle" "$3" <"$work/fifo" >"$work/hold.log" & holder=$!
  exec 9>"$work/fifo"
  until grep -q held= "$work/hold.log"; do sleep 0.2; done
  grep -q "held=$idle$" "$work/hold.log" || { echo "only $(cat "$work/hold.log")" >&2; missed=1; }
  sleep 2
  after=$(private_kb "$pid")
  if [ "$3" = /events ]; then kill -USR1 "$pid"; sleep 2; grep published= "$work/ours.log" | tail -1 >"$work/published"; fi
  exec 9>&-; wait "$holder" || true; holder=
  rm "$work/fifo"
  awk "BEGIN { printf \"%.1f\n\", ($after - $before) / $idle }"
}
# A server of its own for each, so that memory kept from the load before does not hide what a connection costs.
fresh() {
  kill "$ours"; wait "$ours" || true
  : >"$work/ours.log"; "$bench" serve "$work" >>"$work/ours.log" & ours=$!
  until grep -q port= "$work/ours.log"; do sleep 0.1; done
  port=$(grep -oE 'port=[0-9]+' "$work/ours.log" | cut -d= -f2)
}
kill "$peer"; wait "$peer" || true
nginx -e "$work/error.log" -c "$work/nginx.conf" & peer=$!
until curl -sk "https://localhost:$nginx_port/" -o /dev/null; do sleep 0.1; done
fresh; held "$ours" "$port" /quick >"$work/kb"; held "$peer" "$nginx_port" / >"$work/nginx_kb"
row "KB for each of $idle idle connections" "$(cat "$work/kb")" "$(cat "$work/nginx_kb")" "v <= 20"
fresh; held "$ours" "$port" /events >"$work/kb"
row "KB for each of $idle event streams" "$(cat "$work/kb")" - "v <= 24"
cat "$work/published"
exit $missed
