#!/bin/bash
# A full clean build of everything on two cores without ccache, and what a touched source costs after it (compile and
# link of all that depends on it). In a folder of its own.
#   bench/build.sh [--quick]     --quick: only the touched sources, in build/; exits 1 when a bound is missed
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build missed=0
cores=$(($(nproc) < 2 ? $(nproc) : 2))
row() { # what, seconds, bound
  local verdict=ok
  awk -v a="$2" -v b="$3" 'BEGIN { exit !(a > b) }' && { verdict=MISSED; missed=1; }
  printf '%-58s %8.1f s   <= %s s   %s\n' "$1" "$2" "$3" "$verdict"
}
timed() { # prints wall and CPU seconds of a command
  local out
  out=$( { TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>&1; } 2>&1 | tail -1)
  awk '{ print $1, $2 + $3 }' <<<"$out"
}
if [ "${1:-}" != --quick ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  export CCACHE_DISABLE=1
  cmake -S . -B "$folder" -G Ninja -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 >/dev/null
  read -r wall cpu < <(timed ninja -C "$folder" -j"$cores" all)
  row "all from empty, $cores jobs, without ccache (CPU $cpu s)" "$wall" 600
fi
ninja -C "$folder" -j"$cores" all >/dev/null
for source in src/monitor/watch/watch.cpp src/report/monthly.cpp src/ledger/reading.cpp src/web/server/https_server.cpp; do
  [ -e "$source" ] || continue
  stamp=$(stat -c %Y "$source")
  touch "$source"
  read -r wall cpu < <(CCACHE_DISABLE=1 timed ninja -C "$folder" -j"$cores" all)
  touch -d "@$stamp" "$source"
  row "all after touching $(basename "$source") (CPU $cpu s)" "$wall" 15
done
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
exit $missed
