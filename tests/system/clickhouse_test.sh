#!/bin/bash
# The real server with its log events on the real ClickHouse, which is away at the start and dies in between.
. "$(dirname "$0")/../support/in_namespace.sh"
PATH=$PATH:/usr/sbin command -v clickhouse-server >/dev/null || skip_all 'clickhouse-server is not installed'
in_namespace clickhouse.py 'log events on ClickHouse'
