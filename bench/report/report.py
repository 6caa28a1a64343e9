"""A month's report of a running server, from the request to the archived Word and Excel files."""
import datetime
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table, median  # noqa: E402

folder, runs = Path(sys.argv[1]), int(sys.argv[2])
server = Server(folder, environment={"PATH": "/nonexistent"})  # no LibreOffice, so no PDF
portal = server.signed_in(server.start())
table = Table("what", "median", "worst", "must")
japan = datetime.timezone(datetime.timedelta(hours=9))
month = (datetime.datetime.now(japan).replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
begin = datetime.datetime.fromisoformat(month + "-01T00:00:00+09:00").astimezone(datetime.timezone.utc)
end = datetime.datetime.now(japan).replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(datetime.timezone.utc)
try:
    time.sleep(3)
    count, cursor = 0, None
    while True:
        page = portal.get("/alerts", limit=200, to=end.strftime("%Y-%m-%dT%H:%M:%SZ"), **{"from": begin.strftime("%Y-%m-%dT%H:%M:%SZ")},
                          **({"cursor": cursor} if cursor else {}))
        count += sum(1 for a in page["items"] if not a["parent"])
        cursor = page.get("next")
        if not cursor:
            break
    took, cpu_before = [], server.cpu_seconds()
    for _ in range(runs):
        begun = time.monotonic()
        job = portal.post("/reports", {"kind": "monthly", "month": month})
        while True:
            job = portal.call("GET", f"/jobs/{job['id']}")
            if job["state"] != "running" and job["state"] != "waiting":
                break
            time.sleep(0.02)
        assert job["state"] == "done", job
        took.append(time.monotonic() - begun)
    cpu = (server.cpu_seconds() - cpu_before) / runs
    report = portal.get("/reports")["items"][0]
    sizes = [len(portal.call("GET", f"/reports/{report['id']}/file", query={"contract": "matsusaka", "format": f}, raw=True)) // 1024
             for f in ("docx", "xlsx")]
    print(f"{month}: {count} alerts of their own in it; Word {sizes[0]} KB, Excel {sizes[1]} KB", flush=True)
    table.row("request to archived Word and Excel files, s", f"{median(took):.2f}", f"{max(took):.2f}", "<= 2", good=median(took) <= 2)
    table.row("CPU of a report, s", f"{cpu:.2f}", "", "")
    table.row("memory at most, MB", f"{server.memory()[1]:.0f}", "", "")
finally:
    server.stop()
table.end()
