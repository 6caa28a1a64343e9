"""Every list, device and today request on a large installation, many times each: p95 of the server's answer."""
import datetime
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table, median, p95  # noqa: E402

BOUND = 50.0
folder, runs = Path(sys.argv[1]), int(sys.argv[2])
server = Server(folder, more=["--ui", sys.argv[3]] if len(sys.argv) > 3 else [])
link = server.start()
portal = server.signed_in(link)
Path(folder / "address").write_text(f"https://127.0.0.1:{server.port}\n{portal.cookie}\n")
table = Table("request", "median ms", "p95 ms", "CPU ms", "rows")


def ask(what, path, **query):
    """Answers the page of the last run."""
    portal.timed(path, **query)  # statements are prepared and pages are read once
    took, cpu = [], server.cpu_seconds()
    for _ in range(runs):
        one, content = portal.timed(path, **query)
        took.append(one)
    cpu = (server.cpu_seconds() - cpu) / runs * 1000  # of the whole server, checks and all
    page = json.loads(content)
    rows = page.get("items") or page.get("points") or page.get("nodes") or []
    table.row(what, f"{median(took):.1f}", f"{p95(took):.1f}", f"{cpu:.1f}", len(rows), good=p95(took) <= BOUND)
    return page


def later(path, pages, **query):
    cursor = None
    for _ in range(pages):
        page = json.loads(portal.timed(path, **query, **({"cursor": cursor} if cursor else {}))[1])
        cursor = page.get("next")
        if not cursor:
            break
    return {"cursor": cursor} if cursor else {}


try:
    print(f"started in {server.started_in:.1f} s, {server.memory()[0]:.0f} MB", flush=True)
    ask("today", "/today")
    alerts = ask("alerts, newest 50", "/alerts")
    ask("alerts, newest 200", "/alerts", limit=200)
    ask("alerts, page 21", "/alerts", **later("/alerts", 20))
    middle = int(alerts["items"][-1]["id"]) - (45 * 86400 * 1000 << 12)
    first = int(alerts["items"][-1]["id"]) - (89 * 86400 * 1000 << 12)
    ask("alerts, cursor in the middle", "/alerts", cursor=str(middle))
    ask("alerts, cursor at the end", "/alerts", cursor=str(first))
    for state in ("open", "acknowledged", "suppressed", "cleared"):
        ask(f"alerts, {state}", "/alerts", state=state)
    for severity in ("critical", "info"):
        ask(f"alerts, {severity}", "/alerts", severity=severity)
        ask(f"alerts, {severity}, cursor in the middle", "/alerts", severity=severity, cursor=str(middle))
    ask("alerts, open and info", "/alerts", state="open", severity="info")
    ask("alerts since a day of the last week", "/alerts", **{"from": alerts["items"][0]["first"][:8] + "15T00:00:00Z"})
    ask("alerts until two months ago", "/alerts", to=json.loads(portal.timed("/alerts", cursor=str(middle))[1])["items"][0]["first"])
    for words in ("機器-00123", "機器", "1/0/7", "ＧＩＧＡＢＩＴＥＴＨＥＲＮＥＴ1/0/48", "ファン", "拠点042", "庁", "no answer", "どこにもない", "fan failed"):
        ask(f"alerts with “{words}”", "/alerts", q=words)
    ask("alerts with “ふぁん” (kana)", "/alerts", q="ふぁん")
    ask("alerts with “機器”, cursor in the middle", "/alerts", q="機器", cursor=str(middle))
    ask("alerts with “機器”, cursor at the end", "/alerts", q="機器", cursor=str(first))
    ask("alerts with “ファン”, page 5", "/alerts", q="ファン", **later("/alerts", 4, q="ファン"))
    ask("alerts with “応答なし”, info (none)", "/alerts", q="応答なし", severity="info")
    ask("alerts with “拠点042”, critical", "/alerts", q="拠点042", severity="critical")
    ask("alerts with “機器”, info, cursor in the middle", "/alerts", q="機器", severity="info", cursor=str(middle))
    ask("alerts with “機器-00123”, open", "/alerts", q="機器-00123", state="open")
    ask("alerts with “機器-00123”, cleared, warning", "/alerts", q="機器-00123", state="cleared", severity="warning")
    one = next(a for a in alerts["items"] if a["device"])
    ask("one alert", f"/alerts/{one['id']}")
    parent = next((a for a in json.loads(portal.timed("/alerts", limit=200, state="cleared")[1])["items"] if a["children"]), None)
    if parent:
        ask("alerts held under one", "/alerts", parent=parent["id"])
    ask("alerts of a device", "/alerts", device=one["device"])
    devices = ask("devices, 50 by name", "/devices")
    ask("devices, 200", "/devices", limit=200)
    ask("devices, page 51", "/devices", cursor="2500")
    for sort in ("-name", "site", "class", "address", "state"):
        ask(f"devices by {sort}", "/devices", sort=sort)
    for words in ("機器-09", "１２７．１", "庁", "どこにもない"):
        ask(f"devices with “{words}”", "/devices", q=words)
    ask("devices that are up", "/devices", state="up")
    ask("devices of a class", "/devices", **{"class": devices["items"][0]["class"]})
    ask("devices of a site", "/devices", site=devices["items"][0]["site"])
    big = next(d for d in devices["items"] if d["name"] == "機器-00000")["id"]
    small = next(d for d in devices["items"] if d["name"] == "機器-00005")["id"]
    for name, device in (("24 ports", big), ("1 port", small)):
        ask(f"device, {name}", f"/devices/{device}")
        ask(f"its ports, {name}", f"/devices/{device}/interfaces")
        ask(f"its metrics, {name}", f"/devices/{device}/metrics")
        ask(f"its logs, {name}", f"/devices/{device}/logs")
    now = datetime.datetime.now(datetime.timezone.utc)
    for what, hours in (("6 hours", 6), ("a day", 24), ("a week", 168), ("30 days", 720), ("90 days", 2160)):
        begin = (now - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        ask(f"series of {what}", f"/devices/{big}/series", metric="if.in.bits", instance="GigabitEthernet1/0/1",
            to=now.strftime("%Y-%m-%dT%H:%M:%SZ"), **{"from": begin})
    ask("map of a site", "/map", site=devices["items"][0]["site"])
    ask("map of all", "/map")
    incidents = ask("incidents", "/incidents")
    ask("incidents with words", "/incidents", q="応答なし")
    ask("incidents that are open", "/incidents", state="open")
    ask("one incident", f"/incidents/{incidents['items'][0]['id']}")
    ask("clocks", "/clocks")
    ask("silences", "/silences")
    ask("rounds", "/rounds")
    ledger = ask("ledger of devices", "/ledgers/devices/rows")
    ask("ledger, page 21", "/ledgers/devices/rows", **later("/ledgers/devices/rows", 20))
    ask("ledger with words", "/ledgers/devices/rows", q="機器-09")
    ask("ledger with words nowhere", "/ledgers/devices/rows", q="どこにもない")
    ask("ledger by address", "/ledgers/devices/rows", sort="address")
    ask("one row", f"/ledgers/devices/rows/{ledger['items'][0]['id']}")
    now_mb, most_mb = server.memory()
    table.row("memory, MB (most)", f"{now_mb:.0f}", f"{most_mb:.0f}", "", "")
    if len(sys.argv) > 4:
        done = subprocess.run(["node", sys.argv[4], str(folder / "address"), sys.argv[5]], stdout=subprocess.PIPE, text=True)
        for line in done.stdout.splitlines():
            what, middle_ms, worst_ms = line.split("\t")
            table.row(what, middle_ms, worst_ms, "", "", good=float(middle_ms) <= 1000)
        table.missed += done.returncode != 0
finally:
    server.stop()
table.end()
