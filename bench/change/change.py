"""One row of a ledger of many devices changed through the REST API: when it is in force, memory, delay of checks."""
import os
import socket
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table, median  # noqa: E402

folder, runs, devices = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
interval = 20
server = Server(folder, more=["--ping-interval", interval])
link = server.start()
portal = server.signed_in(link)
table = Table("what", "median", "worst", "must")


def first_echo(address, seconds, out):
    """When the first echo request to that address leaves."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.bind((address, 0))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            raw.settimeout(max(0.01, end - time.monotonic()))
            try:
                packet = raw.recv(2048)
            except socket.timeout:
                return
            if packet[(packet[0] & 15) * 4] == 8 and socket.inet_ntoa(packet[16:20]) == address:
                out.append(time.monotonic())
                return


def late():
    return portal.call("GET", "/status")["ping_late_ms"]


try:
    time.sleep(interval + 10)  # every device was asked once
    started_mb, before = server.memory(), late()
    print(f"{devices} devices, started in {server.started_in:.1f} s, {started_mb[0]:.0f} MB; checks every {interval} s", flush=True)
    rows = portal.get("/ledgers/devices/rows", limit=200)["items"]
    answered, echoed = [], []
    for i in range(runs):
        row = portal.get(f"/ledgers/devices/rows/{rows[i + 1]['id']}")
        address = f"127.200.{i // 250}.{i % 250 + 1}"
        seen = []
        listening = threading.Thread(target=first_echo, args=(address, interval + 10, seen))
        listening.start()
        time.sleep(0.05)
        begun = time.monotonic()
        portal.call("PATCH", f"/ledgers/devices/rows/{row['id']}", {"version": row["version"], "fields": {"address": address}, "why": "bench"},
                    {"contract": "matsusaka"})
        answered.append(time.monotonic() - begun)
        listening.join()
        echoed.append(seen[0] - begun if seen else float("inf"))
    def changed(name, fields, ledger="devices"):
        took, cpu = [], server.cpu_seconds()
        for i in range(runs):
            row = portal.get(f"/ledgers/{ledger}/rows/{(rows if ledger == 'devices' else sites)[i + 20]['id']}")
            begun = time.monotonic()
            portal.call("PATCH", f"/ledgers/{ledger}/rows/{row['id']}", {"version": row["version"], "fields": fields(i), "why": "bench"},
                        {"contract": "matsusaka"})
            took.append(time.monotonic() - begun)
        return (name, took, (server.cpu_seconds() - cpu) / runs)

    sites = portal.get("/ledgers/sites/rows", limit=200)["items"]
    more = [changed("a device stands under another one (topology), s", lambda i: {"upstream": [rows[i + 50]["id"]]}),
            changed("a device renamed, s", lambda i: {"name": f"改名-{i}"}),
            changed("a site with 500 devices renamed, s", lambda i: {"name": f"改名 {i}"}, "sites")]
    after = late()
    table.row("change answered, targets and topology renewed, s", f"{median(answered):.3f}", f"{max(answered):.3f}", "<= 1", good=max(answered) <= 1)
    for name, took, cpu in more:
        table.row(name, f"{median(took):.3f}", f"{max(took):.3f}", "<= 1", good=max(took) <= 1)
        table.row("    CPU of the server meanwhile (checks go on), s each", f"{cpu:.3f}", "", "")
    table.row("first echo to the new address leaves after, s", f"{median(echoed):.3f}", f"{max(echoed):.3f}", f"<= {interval + 1}", good=max(echoed) <= interval + 1)
    table.row("longest delay of a check before / with the changes, ms", f"{before:.0f}", f"{after:.0f}", "<= 1000", good=after <= max(1000, before))
    now, most = server.memory()
    table.row("memory after the changes, and at most, MB", f"{now:.0f}", f"{most:.0f}", "<= 300", good=most <= 300)
finally:
    server.stop()
table.end()
