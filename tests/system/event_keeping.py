"""What becomes of logs in the nights: each day is sealed, what is past its time goes unless it is held, a backup is made; and what
was exported is proved by yagura-verify.

Only the wall clock of the server is moved. Started by event_keeping_test.sh inside a network namespace of its own. Prints what
failed; last line: N passed, N failed, N skipped.
"""
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import traceback
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from city import PASSWORD, City, Count, check, refused, soon
from clickhouse_server import ClickHouse
from portal import Portal, totp
from server_process import PORT, SYSLOG_PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
KEPT_DAYS = 3
JAPAN = timezone(timedelta(hours=9))


class Clock:
    """The server's wall clock, so many days ahead of ours."""

    def __init__(self):
        self.file, self.days = RUN / "clock-offset", 0
        self.set(0)
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        self.environment = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}

    def set(self, days):
        self.days = days
        beside = RUN / "clock-offset.new"
        beside.write_text(f"+{days * 86400}\n")
        beside.rename(self.file)

    def now(self):
        return time.time() + self.days * 86400

    def day(self):
        # Of receipt. A night begins ten minutes after midnight.
        return datetime.fromtimestamp(self.now(), JAPAN).date().isoformat()


CLOCK = None


def packs():
    """The city's packs, with logs of devices kept for a few days."""
    to = RUN / "packs"
    shutil.copytree(TOP / "packs", to)
    file = to / CONTRACT / "contract.yaml"
    text = file.read_text()
    assert "\nretention:" not in text
    file.write_text(text + f"\nretention:\n  event_kinds: [{{kind: syslog, keep: {KEPT_DAYS} d}}]\n")
    return to


def lines(count, words):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.21", 0))
        for n in range(count):
            out.sendto(f"<134>{words} {n} 見積".encode(), ("127.0.0.1", SYSLOG_PORT))


def stored(portal, least):
    return soon(20, f"{least} lines on disk", lambda: portal.get("/syslog/counters"), lambda c: c["stored"] >= least)


def again(city):
    """Everybody signs in anew: no session outlives the night."""
    for login, portal in city.people.items():
        portal.sign_in(f"{CONTRACT}.{login}", PASSWORD, totp(portal.secret, CLOCK.now()))


def kept(portal):
    return next(one for one in portal.get("/log-keeping")["items"] if one["kind"] == "syslog")


def seals(portal):
    return {one["day"]: one for one in portal.get("/log-seals", kind="syslog")["items"]}


def checked(portal, day):
    job = portal.wait_job(portal.post("/log-seals/checks", {"kind": "syslog", "day": day}))
    check(f"the check of {day} ends", job["state"], "done")
    return seals(portal)[day]["check"]["finding"]


def verify(*words):
    done = subprocess.run([str(word) for word in (TOP / "build/bin/yagura-verify", *words)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30)
    return done.returncode, done.stdout.decode()


def a_night(city, first):
    chief = city["chief"]
    found = soon(30, "the day is sealed", lambda: seals(chief), lambda s: first in s)
    check("with all its lines", (found[first]["events"], found[first]["sources"]), (5, 1))
    backup = soon(10, "a backup is made", lambda: sorted(p.name for p in (RUN / "backup").glob("events-*/manifest")), bool)
    check("and it is whole", len(backup) >= 1)
    check("the seal holds", checked(chief, first), "holds")


def an_export_is_proved(city, first):
    manager = city["manager"]
    body = {"q": "kind:syslog", "purpose": "監査への対応 第1号", "format": "csv", "seals": True}
    job = manager.wait_job(manager.post("/log-search/exports", body))
    check("the export ends", job["state"], "done")
    content = manager.call("GET", f"/log-search/exports/{job['result']}/file", query={"contract": CONTRACT}, raw=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(RUN / "export")
    year = {"from": "2020-01-01T00:00:00Z", "to": "2090-01-01T00:00:00Z"}
    journal = city["chief"].call("GET", "/journal/export", query={"contract": CONTRACT, **year}, raw=True)
    (RUN / "journal.txt").write_bytes(journal)
    files = ("--seals", RUN / "export/seals.txt", "--events", RUN / "export/events.csv")
    code, said = verify(*files, RUN / "journal.txt")
    check("an outsider proves it", (code, "proved / 証明済み 5" in said, first in said), (0, True, True))
    check("not without the journal", verify(*files)[0], 3)
    events = (RUN / "export/events.csv").read_bytes()
    at = events.index("見積".encode())
    (RUN / "export/events.csv").write_bytes(events[:at] + "見学".encode() + events[at + 6:])
    code, said = verify(*files, RUN / "journal.txt")
    check("what was changed is found, with its row", (code, "row 1" in said), (1, True))
    (RUN / "export/events.csv").write_bytes(events)
    (RUN / "journal.txt").write_bytes(journal.replace(b'"sources":1', b'"sources":2'))
    check("a journal that was changed is found", verify(*files, RUN / "journal.txt")[0], 1)


def a_hold(city):
    held = city["chief"].post("/log-holds", {"kinds": ["syslog"], "reason": "情報公開請求 第8号", "ordered_by": "総務部長"})
    refused("an operator does not release", "web.forbidden",
            lambda: city["watcher"].post(f"/log-holds/{held['id']}/decision", {"release": True}))
    return held["id"]


def months_later(server, city, first, held):
    """Past their time, merged to the smallest form, and held: they stay, as they were sealed."""
    CLOCK.set(80)
    again(city)
    chief = city["chief"]
    now = soon(30, "the hold keeps what is past its time", lambda: kept(chief), lambda k: k["held"]["events"] >= 5)
    check("it is said which hold", now["holds"], [held])
    check("nothing goes next", now["next_at"], None)
    entries = soon(10, "the journal says so", lambda: chief.get("/journal", kind="log.expiry_held")["items"], bool)
    check("for that hold", [e["subject"] for e in entries], [f"log_hold/{held}"])
    soon(30, "the month is merged", lambda: city["manager"].metric("yagura_events_merges_total"), lambda n: n >= 1)
    check("merging left the seal as it is", checked(chief, first), "holds")


def two_let_it_go(server, city, first, held):
    city["manager"].post(f"/log-holds/{held}/release", {"reason": "開示を終えた"})
    refused("nobody decides on his own", "web.forbidden", lambda: city["manager"].post(f"/log-holds/{held}/decision", {"release": True}))
    check("released", city["chief"].post(f"/log-holds/{held}/decision", {"release": True})["state"], "released")
    check("not gone before the night", kept(city["chief"])["over"]["events"] >= 5)
    CLOCK.set(81)
    again(city)
    chief = city["chief"]
    soon(30, "gone in the night", lambda: kept(chief), lambda k: k["over"]["events"] == 0 and k["held"]["events"] == 0)
    soon(10, "the journal says so", lambda: chief.get("/journal", kind="log.expired")["items"], bool)
    check("the seal knows that they went", checked(chief, first), "dropped")
    check("three backups are kept", len(list((RUN / "backup").glob("events-*"))), lambda n: 1 <= n <= 3)


def moved_to_clickhouse(city, data, first):
    """What was sealed before it was moved is proved where it is now, and days there are sealed like others."""
    if not Path("/usr/sbin/clickhouse-server").exists():
        Count.skipped += 1
        return print("skipped: clickhouse-server is not installed")
    clickhouse, folder = ClickHouse(RUN), RUN / "second"
    folder.mkdir()
    clickhouse.start()
    file = clickhouse.settings(folder)
    server = ServerProcess(folder, data=data, more=("--packs", RUN / "packs", "--events-clickhouse", file, "--syslog-strangers", CONTRACT),
                           environment=CLOCK.environment)
    try:
        done = subprocess.run([TOP / "build/bin/yagura", "events", "move", "--data", data, "--events-clickhouse", file], capture_output=True,
                              text=True, timeout=60, env={**os.environ, "YAGURA_SHARE": str(TOP / "share")})
        check("moved", (done.returncode, done.stderr), lambda d: d[0] == 0 and "5 / 5" in d[1])
        server.start()
        again(city)
        check("the seal holds on ClickHouse", checked(city["chief"], first), "holds")
        an_export_is_proved(city, first)
        day = CLOCK.day()
        lines(7, "by-clickhouse")
        stored(city["manager"], 7)
        CLOCK.set(CLOCK.days + 1)
        again(city)
        found = soon(40, "a day is sealed on ClickHouse", lambda: seals(city["chief"]), lambda s: day in s)
        check("with all its lines there", (found[day]["events"], found[day]["sources"]), (7, 1))
        check("and its seal holds", checked(city["chief"], day), "holds")
        clickhouse.asked("ALTER TABLE city.k_syslog DROP PARTITION " + clickhouse.asked(
            "SELECT partition FROM system.parts WHERE active AND table = 'k_syslog' ORDER BY max_block_number DESC LIMIT 1 FORMAT TSVRaw"))
        check("what was taken away is seen", checked(city["chief"], day), "differs")
    finally:
        server.stop()
        clickhouse.run("stop")
        if Count.failed:
            print("--- what the server on ClickHouse said ---\n" + server.said()[-2500:], flush=True)


def drive(server):
    admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
    admin.set_up(server.start(), PASSWORD)
    city = City(admin, CONTRACT, [("chief", "city_supervisor", "情報企画課"), ("manager", "contractor_manager", "受託者"),
                                  ("watcher", "operator", "受託者")])
    first = CLOCK.day()
    lines(5, "by-first day")
    stored(city["manager"], 5)
    check("nothing is sealed while the day lasts", seals(city["chief"]), {})
    CLOCK.set(1)
    again(city)
    a_night(city, first)
    an_export_is_proved(city, first)
    server.stop()
    shutil.copytree(server.data, RUN / "moved")
    server.start()
    held = a_hold(city)
    lines(5, "by-second day")
    stored(city["manager"], 5)
    # The holds are in the records: a server that dies has them when it comes again.
    server.kill()
    server.start()
    check("held still after a sudden end", [one["state"] for one in city["chief"].get("/log-holds")["items"]], ["held"])
    months_later(server, city, first, held)
    two_let_it_go(server, city, first, held)
    check("the server ends when it is asked", server.stop(), 0)
    moved_to_clickhouse(city, RUN / "moved", first)


def main():
    global CLOCK
    server = None
    try:
        CLOCK = Clock()
        server = ServerProcess(RUN, more=("--packs", packs(), "--events-backup", RUN / "backup", "--syslog-strangers", CONTRACT),
                               environment=CLOCK.environment)
        drive(server)
    except Exception:  # noqa: BLE001 - whatever it is, it is a failure of this run
        Count.failed += 1
        print("FAILED: " + traceback.format_exc(), flush=True)
    if server:
        server.stop()
    if Count.failed and server:
        print("--- what the server said ---\n" + server.said()[-2500:], flush=True)
    print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped")
    sys.exit(Count.failed != 0)


main()
