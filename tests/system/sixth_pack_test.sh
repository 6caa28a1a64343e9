#!/bin/bash
# A made-up municipality on the real server.
. "$(dirname "$0")/../support/in_namespace.sh"
in_namespace sixth_pack.py 'the sixth municipality'
