"""The same questions to the desk and to Redmine in turn; a screen of Redmine is one page of HTML, ours is the rows as JSON, so
Redmine's own JSON stands beside it, too."""
import http.client
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table, median, p95  # noqa: E402

RATIO = 10.0
folder, peer, runs = Path(sys.argv[1]), sys.argv[2].removeprefix("http://"), int(sys.argv[3])
server = Server(folder, more=["--contract", "moriguchi"])
desk = server.signed_in(server.start(), "moriguchi")
redmine = http.client.HTTPConnection(peer, timeout=120)
WORD = "プリンター"
LIST, JSON = "/projects/desk/issues?set_filter=1", "/issues.json?limit=50"


def asked(path):
    begun = time.perf_counter()
    redmine.request("GET", path)
    answer = redmine.getresponse()
    content = answer.read()
    assert answer.status == 200 and len(content) > 2000, (path, answer.status, content[:200])
    return (time.perf_counter() - begun) * 1000


table = Table("screen", "ours p50", "p95 ms", "Redmine p50", "p95 ms", "ratio of p95")


def beside(what, path, query, theirs):
    ours, other = [], []
    desk.timed(path, **query), asked(theirs)  # once for statements and caches
    for _ in range(runs):
        ours.append(desk.timed(path, **query)[0])
        other.append(asked(theirs))
    ratio = p95(other) / p95(ours)
    table.row(what, f"{median(ours):.1f}", f"{p95(ours):.1f}", f"{median(other):.0f}", f"{p95(other):.0f}", f"{ratio:.0f}",
              good=ratio >= RATIO)


try:
    beside("open tickets, newest first, screen", "/tickets", {"phase": "open"}, LIST)
    beside("the same, JSON", "/tickets", {"phase": "open"}, JSON)
    beside("all, last changed first, screen", "/tickets", {"sort": "changed"}, LIST + "&f%5B%5D=&sort=updated_on:desc")
    beside("all, last changed first, JSON", "/tickets", {"sort": "changed"}, JSON + "&status_id=*&sort=updated_on:desc")
    beside("what is due first, screen", "/tickets", {"sort": "due", "phase": "open"}, LIST + "&sort=due_date")
    beside(f"those with “{WORD}”, screen", "/tickets", {"q": WORD},
           LIST + "&f%5B%5D=subject&op%5Bsubject%5D=~&v%5Bsubject%5D%5B%5D=" + quote(WORD))
    beside(f"search for “{WORD}”", "/tickets", {"q": WORD}, "/projects/desk/search?issues=1&q=" + quote(WORD))
    one = desk.get("/tickets", limit=1)["items"][0]
    beside("one ticket with its time line, screen", f"/incidents/{one['id']}", {}, "/issues/5000")
finally:
    server.stop()
table.end()
