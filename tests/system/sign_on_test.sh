#!/bin/bash
# Single sign-on on the real server: an issuer of our own for what must not be believed, and a certified one (npm
# oidc-provider) with Chromium from the start link to the first page (sign_on.py, sign_on.mjs).
. "$(dirname "$0")/../support/in_namespace.sh"
[ -x /usr/bin/openssl ] || skip_all 'openssl is not installed'
in_namespace sign_on.py 'single sign-on'
