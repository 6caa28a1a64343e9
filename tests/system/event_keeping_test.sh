#!/bin/bash
# The nights of the store of log events on the real server, whose clock is moved: seals, holds, retention, backup, proofs.
. "$(dirname "$0")/../support/in_namespace.sh"
compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || skip_all 'libfaketime is not installed'
in_namespace event_keeping.py 'the nights of the store of log events'
