#!/bin/bash
# The server at rest with the lab: memory and processor.
#   bench/rest.sh [--quick]     prints a table; exits 1 when a bound is missed. Needs root (the lab's namespaces).
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x build/bin/yagurad ] || { echo "build yagurad first: ninja -C build yagurad" >&2; exit 2; }
seconds=300
[ "${1:-}" = --quick ] && seconds=60
work=$(mktemp -d)
number=$((RANDOM % 900 + 100))
export LAB_DIR=$work/lab LAB_PREFIX=yr$number- LAB_NET=10.$((RANDOM % 40 + 160)) LAB_NETNS=yr$number-watch MIBS='' SNMP_PERSISTENT_DIR=$work/snmp
cleanup() { lab/down --purge >/dev/null 2>&1 || true; rm -rf "$work"; }
trap cleanup EXIT
chmod 755 "$work"
lab/up >"$work/up.log" 2>&1 || { tail -5 "$work/up.log"; exit 2; }
ip -n "$LAB_NETNS" link set lo up
for what in sites devices interfaces; do lab/inventory --format csv --what $what >"$LAB_DIR/inventory-$what.csv"; done
nsenter "--net=/run/netns/$LAB_NETNS" python3 bench/rest/rest.py "$work" $seconds "$LAB_DIR"
