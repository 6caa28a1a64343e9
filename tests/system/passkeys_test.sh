#!/bin/bash
# Passkeys on the real server, made and used by Chromium's virtual authenticator (passkeys.py, passkeys.mjs).
# PICTURES=FOLDER keeps pictures of the screens.
. "$(dirname "$0")/../support/in_namespace.sh"
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || skip_all 'there is no Chromium'
[ -f "$top/ui/dist/index.html" ] || { printf 'FAILED: ui/dist is not built\n'; exit 1; }
[ -d "$top/ui/node_modules/playwright-core" ] || { printf 'FAILED: ui/node_modules is not there\n'; exit 1; }
. "$top/scripts/node-version.sh" 2>/dev/null && use_new_enough_node >/dev/null 2>&1
in_namespace passkeys.py 'passkeys'
