# shellcheck shell=bash
# Starting and stopping the two sinks. A sink listens where the watching server runs and keeps what it gets as files.

sink_running() {
  local pid start
  read -r pid start 2>/dev/null <"$LAB_DIR/sinks/$1.pid" || return 1
  [ "$(process_start "$pid")" = "$start" ]
}

# sink_start NAME HOST PORT CMD...: returns when the port answers
sink_start() {
  local name=$1 host=$2 port=$3
  shift 3
  if sink_running "$name"; then say "$name: already runs at $host:$port"; return 0; fi
  mkdir -p "$LAB_DIR/sinks"
  if on_collector bash -c ": </dev/tcp/$host/$port" 2>/dev/null; then die "$name: $host:$port is taken by another program" 1; fi
  if [ -n "$LAB_NETNS" ]; then set -- nsenter "--net=/run/netns/$LAB_NETNS" "$@"; fi
  setsid "$@" </dev/null >>"$LAB_DIR/sinks/$name.log" 2>&1 &
  printf '%s %s\n' "$!" "$(process_start $!)" >"$LAB_DIR/sinks/$name.pid"
  until_true 10 on_collector bash -c ": </dev/tcp/$host/$port" || die "$name did not start: $(tail -1 "$LAB_DIR/sinks/$name.log")" 1
  say "$name: $host:$port"
}

sink_stop() {
  local pid
  if ! sink_running "$1"; then say "$1: does not run"; return 0; fi
  read -r pid _ <"$LAB_DIR/sinks/$1.pid"
  kill -TERM "$pid"
  until_true 5 process_ended "$pid" || kill -KILL "$pid"
  rm -f "$LAB_DIR/sinks/$1.pid"
  say "$1: stopped"
}

process_ended() { ! [ -e "/proc/$1" ]; }
