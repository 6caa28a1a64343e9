"""One upstream fails above 5,000 devices, with real echo requests: how many are told of it, and when. Runs in a network
namespace of its own, whose kernel stops answering echo requests at once (net.ipv4.icmp_echo_ignore_all)."""
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table  # noqa: E402

folder, devices, interval = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
answers = Path("/proc/sys/net/ipv4/icmp_echo_ignore_all")
server = Server(folder, more=["--ping-interval", interval, "--smtp", "smtp://" + os.environ["MAIL_SINK"], "--smtp-from", "watch@yagura.example"])
link = server.start()
portal = server.signed_in(link)
table = Table("what", "measured", "must")


def mails():
    out = subprocess.run(["lab/mail-sink", "list"], stdout=subprocess.PIPE, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def pages(path, **query):
    items, cursor = [], None
    while True:
        page = portal.get(path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page.get("next")
        if not cursor:
            return items


try:
    for duty in ("city_in_hours", "city_out_of_hours"):
        portal.post("/ledgers/contacts/rows", {"fields": {"name": duty, "duty": [duty], "mail": f"{duty}@city.example"}})
    end = time.monotonic() + 60 + interval
    while portal.get("/devices", limit=1)["by_state"].get("up", 0) < devices and time.monotonic() < end:
        time.sleep(0.5)
    up = portal.get("/devices", limit=1)["by_state"].get("up", 0)
    assert up == devices, f"{up} of {devices} are up before the storm"
    cpu = server.cpu_seconds()
    begun = time.monotonic()
    answers.write_text("1")
    told = first = None
    while time.monotonic() - begun < 90:
        time.sleep(0.2)
        if first is None and portal.get("/alerts", state="open", limit=5)["items"]:
            first = time.monotonic() - begun
        if told is None and mails():
            told = time.monotonic() - begun
        if told and time.monotonic() - begun > 30:
            by_state = portal.get("/devices", limit=1)["by_state"]
            if by_state.get("up", 0) == 0:
                break
    all_down = time.monotonic() - begun
    cpu = server.cpu_seconds() - cpu
    time.sleep(5)
    open_ones, held = pages("/alerts", state="open"), pages("/alerts", state="suppressed")
    parents = [a for a in open_ones if a["device_name"] == "機器-00000"]
    table.row("first alert open, s after the failure", f"{first:.1f}" if first else "never", "<= 30", good=bool(first) and first <= 30)
    table.row("notice in the mail server, s after the failure", f"{told:.1f}" if told else "never", "<= 30", good=bool(told) and told <= 30)
    table.row("alerts that stand open", len(open_ones), "1", good=len(open_ones) == 1 and len(parents) == 1)
    table.row("alerts held under it", len(held), str(devices - 1), good=len(held) == devices - 1 and all(a["parent"] == parents[0]["id"] for a in held) if parents else False)
    table.row("mails", len(mails()), "1", good=len(mails()) == 1)
    incidents = pages("/incidents")
    table.row("incidents", len(incidents), "1", good=len(incidents) == 1)
    # Announced ones in the journal, in order: a child's would have been told before its parent's.
    opened = portal.get("/journal", kind="alert.opened", limit=200)["items"]
    table.row("announced alerts in the journal", len(opened), "1", good=len(opened) == 1 and "00000" in str(opened[0]))
    table.row("until every device was known to be down, s", f"{all_down:.1f}", "")
    table.row("CPU of the server from the failure until then, s", f"{cpu:.1f}", "")
    table.row("memory at most, MB", f"{server.memory()[1]:.0f}", "")
    begun = time.monotonic()
    answers.write_text("0")
    while time.monotonic() - begun < 90 and portal.get("/devices", limit=1)["by_state"].get("up", 0) < devices:
        time.sleep(0.5)
    table.row("until every device was known to be up again, s", f"{time.monotonic() - begun:.1f}", "")
    time.sleep(3)
    left = len(pages("/alerts", state="open")) + len(pages("/alerts", state="suppressed"))
    table.row("alerts left", left, "0", good=left == 0)
finally:
    answers.write_text("0")
    server.stop()
table.end()
