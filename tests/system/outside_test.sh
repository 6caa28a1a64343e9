#!/bin/bash
# Directories and issuers that accept and never answer, all at once: sign-in with a password of ours goes on (outside.py).
. "$(dirname "$0")/../support/in_namespace.sh"
in_namespace outside.py 'services that hang'
