"""A ClickHouse server over one kept connection.
  clickhouse_asked.py ADDRESS PASSWORD PID load < statements, one a line; "insert FILE" sends a file
  clickhouse_asked.py ADDRESS PASSWORD PID ask"""
import http.client
import sys
from urllib.parse import urlencode, urlsplit

from asking import answer, cpu_of

address, password, pid, what = sys.argv[1:]
connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=7200)
SETTINGS = {"max_memory_usage": 8_000_000_000, "max_bytes_before_external_sort": 0, "max_bytes_before_external_group_by": 0,
            "allow_experimental_low_cardinality_type": 1, "default_format": "TabSeparatedRaw"}


def escaped(file):
    """Pieces of the file with the backslashes as the server reads them."""
    with open(file, "rb") as rows:
        while piece := rows.read(1 << 20):
            yield piece.replace(b"\\", b"\\\\")


def run(statement, body=b""):
    asked = urlencode({**SETTINGS, "query": statement})
    connection.request("POST", f"/?{asked}", body=body, headers={"X-ClickHouse-User": "yagura", "X-ClickHouse-Key": password})
    got = connection.getresponse()
    text = got.read()
    if got.status != 200:
        raise SystemExit(text.decode(errors="replace"))
    return text


if what == "ask":
    answer(run, lambda: cpu_of(pid))
else:
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "insert":
            run("INSERT INTO log FORMAT TabSeparated", escaped(rest))
        elif verb == "CPU":
            print(f"CPU\t{cpu_of(pid)}")
        else:
            sys.stdout.buffer.write(run(line))
