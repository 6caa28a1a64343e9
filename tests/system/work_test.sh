#!/bin/bash
# Work orders on the real server with sapporo's pack, and the screen for work on site in Chromium with the network taken
# away and given back (work_field.mjs).
. "$(dirname "$0")/../support/in_namespace.sh"
. "$top/scripts/node-version.sh" 2>/dev/null && use_new_enough_node >/dev/null 2>&1
in_namespace work.py 'the work'
