# shellcheck shell=bash
# Node.js for the screens: 20.19 or newer. Sourced, never run.

node_is_new_enough() {
  command -v node >/dev/null || return 1
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}

# Debian 12 has Node.js 18: its npm fetches a newer program, pinned by scripts/node/package-lock.json, into build/node.
use_new_enough_node() {
  node_is_new_enough && return 0
  local top machine=x64
  top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  [ "$(uname -m)" = aarch64 ] && machine=arm64
  local folder=$top/build/node program=$top/build/node/node_modules/node-linux-$machine/bin
  # The lock is copied again when all is installed, as the mark that it is.
  if ! cmp -s "$top/scripts/node/package-lock.json" "$folder/installed-lock.json"; then
    mkdir -p "$folder"
    cp "$top"/scripts/node/package*.json "$folder/"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || return 1
    cp "$folder/package-lock.json" "$folder/installed-lock.json"
  fi
  PATH=$program:$PATH
  export PATH
  node_is_new_enough
}
