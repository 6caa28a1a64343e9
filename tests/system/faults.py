"""What breaks under a running server: its disk, its database, its clock, its process; and what is thrown at it.

Started by faults_test.sh inside a network and mount namespace of its own (a disk that is full is a small tmpfs of this run).
Asks of every fault: nothing acknowledged is lost, nothing lost is acknowledged, the answer says what is wrong, and the server
goes on by itself when the fault is over. Prints what failed; last line: N passed, N failed, N skipped.
"""
import http.client
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
import zipfile
from pathlib import Path

from portal import Portal, Refused
from server_process import PORT, TOP, TRAP_PORT, ServerProcess
from traps import Sender

RUN = Path(sys.argv[1])
ONLY = sys.argv[2:]
PASSWORD = "yagura no ichiban taka 7"
COMMUNITY = "himitsu-no-machi"
DEVICE = "127.0.0.21"  # answers pings from the loopback range
FAR = "10.99.0.7"  # an address of ours, which can be taken away: then nothing answers
BROKEN = (Refused, OSError, http.client.HTTPException)


class Count:
    passed = failed = 0
    skips = []


class StepFailed(Exception):
    pass


def check(words, there, expected=True):
    """One assertion; `expected` may be a value or a predicate."""
    good = expected(there) if callable(expected) else there == expected
    if good:
        Count.passed += 1
        return
    Count.failed += 1
    print(f"FAILED: {words}", flush=True)
    if not callable(expected):
        print(f"    expected: {expected!r}")
    print(f"    there:    {str(there)[:1200]}", flush=True)


def soon(seconds, words, look, good=bool):
    """What look() answers as soon as it is good; when it is not in time, the step ends here."""
    end = time.monotonic() + seconds
    while True:
        try:
            there = look()
        except BROKEN as error:
            there = error
        else:
            if good(there):
                Count.passed += 1
                return there
        if time.monotonic() >= end:
            check(f"{words} (within {seconds} s)", there, lambda _: False)
            raise StepFailed(words)
        time.sleep(0.2)


class Ground:
    """A server with an administrator, one site and two devices that are watched."""

    def __init__(self, name, data=None, more=(), environment=None):
        self.folder = RUN / name
        self.folder.mkdir()
        self.server = ServerProcess(self.folder, data, ["--ping-interval", "1", *more], environment)
        self.portal = Portal(f"127.0.0.1:{PORT}", "matsusaka")
        self.made = {}  # title -> id, of every row that was acknowledged

    def __enter__(self):
        self.portal.set_up(self.server.start(), PASSWORD)
        sites = next(l for l in self.portal.get("/ledgers")["items"] if l["id"] == "sites")
        self.kind = next(f for f in sites["fields"] if f["id"] == "kind")["choices"][0]["id"]
        self.site = self.row("the site")
        self.portal.post("/credentials", {"name": "trap_community", "kind": "snmp_community", "secret": COMMUNITY})
        self.device = {name: self.portal.post("/ledgers/devices/rows", {"fields": {
            "name": name, "class": "ups", "site": self.site, "address": address, "snmp_version": "v2c",
            "snmp_credential": "trap_community", "monitored": True}})["id"] for name, address in (("near", DEVICE), ("far", FAR))}
        soon(20, "both devices are up", self.states, lambda s: s == {"near": "up", "far": "up"})
        return self

    def __exit__(self, *_):
        status = self.server.stop()
        if self.server.starts and not isinstance(_[1], StepFailed):
            check("the server ends when it is asked", status, 0)
        if _[0]:
            print("--- what the server said ---\n" + self.server.said()[-1500:], flush=True)

    def row(self, title):
        """A row of the sites; remembers that it was acknowledged."""
        row = self.portal.post("/ledgers/sites/rows", {"fields": {"name": title, "kind": self.kind}})
        self.made[title] = row["id"]
        return row["id"]

    def refusal(self, title):
        try:
            self.row(title)
        except Refused as refused:
            return refused.status, refused.problem.get("code") if isinstance(refused.problem, dict) else refused.problem
        return 201, ""

    def states(self):
        return {d["name"]: d["state"] for d in self.portal.get("/devices", limit=100)["items"]}

    def rows(self):
        """Every site by name, as often as it is there."""
        found, cursor = [], None
        while True:
            page = self.portal.get("/ledgers/sites/rows", limit=200, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page.get("next")
            if not cursor:
                return found

    def nothing_is_lost(self):
        there = self.rows()
        names = [row["fields"]["name"] for row in there]
        check("every acknowledged row is there", sorted(set(self.made) - set(names)), [])
        check("each once", sorted({n for n in names if names.count(n) > 1}), [])
        verdict = self.portal.post("/journal/verification")
        check("the journal is whole", verdict["first_broken"], 0)

    def link_alerts(self):
        """The interfaces that are down by a trap, one for each open alert."""
        alerts = pages(self.portal, "/alerts", state="open")
        return sorted(re.findall(r"\d+", a["object"])[-1] for a in alerts if a["kind"] == "link-down")


# --- the disk ----------------------------------------------------------------------------------------------------------

def a_full_disk():
    disk = RUN / "small-disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    with Ground("full-disk", data=disk) as ground:
        sender = Sender(DEVICE, TRAP_PORT, COMMUNITY)
        check("with space an inform is acknowledged", sender.inform(1))
        filler = open(disk / "filler", "wb", buffering=0)
        try:
            while True:
                filler.write(bytes(65536))
        except OSError:
            pass
        end, answer, number = time.monotonic() + 20, None, 0
        # What the log of the database has allocated already can still be used; then it is over.
        while time.monotonic() < end and (not answer or answer[0] == 201):
            answer = ground.refusal(f"full {number}")
            number += 1
            while filler_can_grow(filler):
                pass
        check("a write on a full disk is refused, and says why", answer, (507, "store.disk_full"))
        check("reading goes on", len(ground.rows()), lambda n: n >= 1)
        check("the status says that the disk is full", ground.portal.call("GET", "/status")["disk_free"], lambda n: n < 65536)
        # The last page of the spool may have room for some; what cannot be kept is not acknowledged.
        kept = []
        for index in range(100, 400):
            if not sender.inform(index, 1.5):
                break
            kept.append(str(index))
        check("an inform that cannot be kept is not acknowledged", len(kept), lambda n: n < 300)
        subprocess.run(["ip", "address", "del", FAR + "/32", "dev", "far0"], check=True)
        try:
            soon(20, "the watch goes on: a device that fails is seen", ground.states, lambda s: s["far"] == "down" and s["near"] == "up")
            filler.close()
            (disk / "filler").unlink()
            soon(15, "with space again a write is taken, without a restart", lambda: ground.refusal("after"), lambda a: a[0] == 201)
            soon(15, "what happened meanwhile becomes an alert", lambda: [
                a for a in ground.portal.get("/alerts", limit=50, state="open")["items"] if a["kind"] == "ping" and a["device"] == ground.device["far"]])
        finally:
            subprocess.run(["ip", "address", "replace", FAR + "/32", "dev", "far0"], check=True)
        soon(10, "an inform is acknowledged again", lambda: sender.inform(3))
        soon(10, "what was acknowledged becomes an alert", ground.link_alerts, lambda keys: {"3", *kept} <= set(keys))
        check("no fault is told a thousand times", len(ground.server.said()), lambda n: n < 200_000)
        ground.server.kill()
        ground.server.start()
        ground.portal.load_session()
        ground.nothing_is_lost()
    subprocess.run(["umount", disk], check=True)


def filler_can_grow(filler):
    try:
        return filler.write(bytes(4096)) > 0
    except OSError:
        return False


# --- the database ------------------------------------------------------------------------------------------------------

def a_locked_database():
    with Ground("locked") as ground:
        other = sqlite3.connect(ground.server.data / "yagura.db", isolation_level=None)
        other.execute("PRAGMA busy_timeout=5000")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        check("a write that cannot wait longer is refused, and says why", ground.refusal("locked"), (503, "store.locked"))
        check("it waited for the other one, but not for ever", time.monotonic() - began, lambda s: 3 < s < 25)
        began = time.monotonic()
        check("reading goes on", len(ground.rows()), 1)
        check("at once", time.monotonic() - began, lambda s: s < 3)
        check("so does the watch", ground.states(), {"near": "up", "far": "up"})
        other.execute("ROLLBACK")
        other.close()
        soon(15, "afterwards writes are taken", lambda: ground.refusal("free"), lambda a: a[0] == 201)
        ground.nothing_is_lost()


def postgresql_goes_and_comes():
    address = os.environ.get("YAGURA_TEST_POSTGRESQL_OWN")
    if not address:
        Count.skips.append("PostgreSQL is not installed")
        return
    script = [TOP / "tests/support/postgresql.sh"]
    with Ground("on-postgresql", more=["--database", address]) as ground:
        ground.row("before")
        subprocess.run([*script, "stop", RUN / "postgresql"], check=True)
        status = ground.refusal("without")
        check("a write without database is refused as a matter of the server", status, lambda s: s[0] == 503 and s[1] in ("web.records_gone", "web.unavailable"))
        time.sleep(3)
        check("the server lives", ground.server.child.poll(), None)
        subprocess.run([*script, "start", RUN / "postgresql"], check=True, stdout=subprocess.DEVNULL)
        soon(20, "with the database back writes are taken, without a restart", lambda: ground.refusal("back"), lambda a: a[0] == 201)
        soon(20, "and the devices are watched", ground.states, lambda s: s == {"near": "up", "far": "up"})
        ground.nothing_is_lost()


# --- the process -------------------------------------------------------------------------------------------------------

def killed_again_and_again(times=15):
    with Ground("killed") as ground:
        sender, acknowledged, number = Sender(DEVICE, TRAP_PORT, COMMUNITY), set(), 0
        for turn in range(times):
            stop = threading.Event()

            def informs(turn=turn, stop=stop):
                index = 1000 * (turn + 1)
                while not stop.is_set() and index < 1000 * (turn + 1) + 8:
                    index += 1
                    if sender.inform(index, 0.5):
                        acknowledged.add(str(index))

            def writes(turn=turn, stop=stop):
                number = 0
                while not stop.is_set():
                    try:
                        ground.row(f"{turn}-{number}")
                    except BROKEN:
                        time.sleep(0.02)
                    number += 1

            threads = [threading.Thread(target=work) for work in (informs, writes)]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(0.1, 0.9))
            ground.server.kill()
            stop.set()
            for thread in threads:
                thread.join()
            if ground.server.start() != "":
                check("no link for a first administrator", "a link", "")
        ground.portal.load_session()
        print(f"        {times} sudden deaths, {len(ground.made)} rows and {len(acknowledged)} informs acknowledged", flush=True)
        check("something was acknowledged", (len(ground.made), len(acknowledged)), lambda n: n[0] > times and n[1] > times)
        ground.nothing_is_lost()
        keys = soon(15, "every acknowledged inform is an alert", ground.link_alerts, lambda k: acknowledged <= set(k))
        check("and only one", sorted({k for k in keys if keys.count(k) > 1}), [])


def pages(portal, path, **query):
    found, cursor = [], None
    while True:
        page = portal.get(path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page.get("next")
        if not cursor:
            return found


# --- the clock ---------------------------------------------------------------------------------------------------------

def the_clock_jumps():
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if not library:
        Count.skips.append("libfaketime is not installed")
        return
    offset = RUN / "clock-offset"
    offset.write_text("+0\n")
    # Only the wall clock jumps, as NTP or an administrator makes it; the steady clock does not.
    with Ground("clock", environment={"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
                                      "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}) as ground:
        for jump, words in (("+3h", "three hours on"), ("+3h", "and goes on"), ("-1h", "four hours back"), ("+0", "right again")):
            offset.write_text(jump + "\n")
            time.sleep(2.5)
            answer = ground.refusal(f"row {words}")
            if answer[0] == 401:  # a session may end by a jump; a new one must not be refused
                soon(10, f"{words}: signing in", lambda: sign_in(ground, jump), lambda ok: ok)
                answer = ground.refusal(f"row {words}")
            check(f"{words}: a write is taken", answer[0], 201)
            check(f"{words}: no device is thought dead", ground.states(), {"near": "up", "far": "up"})
        check("no alert came of it", [a["kind"] for a in ground.portal.get("/alerts", limit=50)["items"]], [])
        check("pings are late by nothing like a jump", ground.portal.call("GET", "/status")["ping_late_ms"], lambda ms: ms < 60_000)
        ground.nothing_is_lost()


def sign_in(ground, jump):
    from portal import totp
    seconds = {"+3h": 10800, "-1h": -3600}.get(jump, 0)
    ground.portal.sign_in("admin", PASSWORD, totp(ground.portal.secret, time.time() + seconds))
    return True


# --- what is thrown at it ----------------------------------------------------------------------------------------------

FLOOD = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", int(sys.argv[1])))
junk = [bytes([0x30, 0x82, 0x01, n % 256]) + bytes((n * k) % 256 for k in range(60)) for n in range(64)]
begin, sent, rate, end = time.monotonic(), 0, int(sys.argv[2]), float(sys.argv[3])
while (now := time.monotonic() - begin) < end:
    for packet in junk * 4:
        try: s.send(packet)
        except OSError: pass
    sent += 256
    ahead = sent / rate - now
    if ahead > 0: time.sleep(ahead)
print(sent, time.monotonic() - begin)
"""


def a_flood_of_junk(seconds=8):
    with Ground("flood") as ground:
        sender, acknowledged, took = Sender(DEVICE, TRAP_PORT, COMMUNITY), [], []
        flood = subprocess.Popen([sys.executable, "-c", FLOOD, str(TRAP_PORT), "100000", str(seconds)], stdout=subprocess.PIPE)
        index, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            index += 1
            # As a device does that is not answered: it sends again.
            if any(sender.inform(index, 1.0) for _ in range(3)):
                acknowledged.append(str(index))
            for _ in range(4):
                began = time.monotonic()
                ground.portal.get("/today")
                took.append(time.monotonic() - began)
                time.sleep(0.1)  # a person, not a flood of their own: the portal refuses those
        sent, lasted = (float(n) for n in flood.communicate()[0].split())
        took.sort()
        p95 = took[len(took) * 95 // 100]
        counters = soon(15, "every datagram is accounted for", lambda: ground.portal.get("/traps/counters"),
                        lambda c: c["received"] == c["stored"] + sum(c["refused"].values()))
        print(f"        {sent / lasted:.0f} packets/s for {lasted:.1f} s, {counters['lost_in_kernel']} dropped by the kernel; "
              f"{len(acknowledged)} of {index} informs; {len(took)} requests, p95 {p95 * 1000:.0f} ms", flush=True)
        check("what was sent was taken or counted as dropped", counters["received"] + counters["lost_in_kernel"], lambda n: n >= sent * 0.999)
        check("good traps arrive through it", len(acknowledged), index)
        check("the screens stay usable: p95 below a second", p95, lambda s: s < 1)
        soon(15, "each became an alert", ground.link_alerts, lambda keys: set(acknowledged) <= set(keys))
        check("no device was thought dead", ground.states(), {"near": "up", "far": "up"})


def import_of(ground, name, content):
    job = ground.portal.call("POST", "/ledgers/sites/imports", query={"contract": "matsusaka"}, files={"file": (name, content)})
    return ground.portal.wait_job(job, 60)


def hostile_files():
    with Ground("files") as ground:
        def memory():
            return int(next(l for l in Path(f"/proc/{ground.server.child.pid}/status").read_text().splitlines() if l.startswith("VmHWM")).split()[1])

        whole = RUN / "whole.xlsx"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as box:
            box.writestr("[Content_Types].xml", "<Types/>")
            box.writestr("xl/workbook.xml", "<workbook><sheets>" + "<a>" * 200_000)
            box.writestr("xl/worksheets/sheet1.xml", " " * (400 << 20))
        content = whole.read_bytes()
        for words, file, data in (
                ("a workbook cut in half", "a.xlsx", content[:len(content) // 2]), ("a bomb as workbook", "b.xlsx", content),
                ("noise as workbook", "c.xlsx", random.Random(5).randbytes(100_000)), ("an empty workbook", "d.xlsx", b""),
                ("text that is not text", "e.csv", b"\xff\xfe\x00\xd8" * 1000)):
            try:
                job = import_of(ground, file, data)
                said = (job["state"], bool(job.get("problem") and job["problem"].get("detail") or job.get("problem")))
            except Refused as refused:
                said = ("failed", 400 <= refused.status < 500)
            check(f"{words} is refused with a reason", said, ("failed", True))
        before = memory()
        rows = b"".join(b"site %d,%s\n" % (n, b"") for n in range(1_000_000))
        began = time.monotonic()
        job = import_of(ground, "million.csv", "拠点名,種別\n".encode() + rows)
        check("a million rows are refused with the bound", (job["state"], json.dumps(job.get("problem"), ensure_ascii=False)),
              lambda s: s[0] == "failed" and ("100000" in s[1] or "100,000" in s[1] or "10 万" in s[1]))
        check("soon", time.monotonic() - began, lambda s: s < 30)
        check("and without the memory for them (KB)", memory() - before, lambda kb: kb < 300_000)
        check("the server goes on", ground.refusal("after")[0], 201)
        ground.nothing_is_lost()


def hostile_packs():
    for words, text in (("a bomb of aliases", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9))),
            ("a deep nest", "a: " + "[" * 100_000), ("noise", random.Random(3).randbytes(5000)),
            ("a wrong key", "id: evil\nno_such_key: 1\n"), ("an empty file", "")):
        packs = RUN / ("packs-" + words.split()[-1])
        (packs / "evil").mkdir(parents=True)
        for name in ("_base", "_schema"):
            (packs / name).symlink_to(TOP / "packs" / name)
        (packs / "evil/contract.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        began = time.monotonic()
        done = subprocess.run([TOP / "build/bin/yagurad", "--data", RUN / "evil", "--share", TOP / "share", "--packs", packs, "--contract", "evil",
                               "--listen", f"127.0.0.1:{PORT}", "--trap-port", str(TRAP_PORT)], stdin=subprocess.DEVNULL, timeout=30,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)))
        check(f"a pack that is {words}: the server does not start, exit status 1", done.returncode, 1)
        check("... and says why, with a code", done.stdout.decode(errors="replace"), lambda t: t.startswith("yagurad: ") and "[" in t)
        check("... at once", time.monotonic() - began, lambda s: s < 10)


STEPS = [hostile_packs, a_full_disk, a_locked_database, postgresql_goes_and_comes, killed_again_and_again, the_clock_jumps,
         a_flood_of_junk, hostile_files]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers below end, too
    for words in ("link add far0 type veth peer far1", "link set far0 up", "link set far1 up",
                  f"route add {FAR}/32 dev far0", f"address add {FAR}/32 dev far0"):
        subprocess.run(["ip", *words.split()], check=True)
    for step in STEPS:
        if ONLY and step.__name__ not in ONLY:
            continue
        began, failed = time.monotonic(), Count.failed
        try:
            step()
        except StepFailed:
            pass
        except Exception:
            Count.failed += 1
            print(f"FAILED: {step.__name__.replace('_', ' ')}: {traceback.format_exc(limit=-3)}", flush=True)
        mark = "ok" if Count.failed == failed else "failed"
        print(f"{mark:7} {step.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
    for reason in Count.skips:
        print(f"skipped: {reason}")
    print(f"{Count.passed} passed, {Count.failed} failed, {len(Count.skips)} skipped", flush=True)


main()
