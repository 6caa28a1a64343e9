#!/bin/bash
# Requests on the real server with the packs of two cities.
. "$(dirname "$0")/../support/in_namespace.sh"
in_namespace requests.py 'the requests'
