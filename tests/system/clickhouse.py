"""yagurad with its log events on the real ClickHouse: away at the start, killed in between; each line is there once in the end, and
the password is nowhere to be read.

Started by clickhouse_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed, N skipped.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

from city import PASSWORD, City, Count, check, refused, soon
from clickhouse_server import ClickHouse
from log_rule_ground import alerts, device
from portal import Portal
from server_process import PORT, SYSLOG_PORT, TOP, TRAP_PORT, ServerProcess
from traps import Sender

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
PURPOSE = {"purpose": "監査への対応 第1号"}


class Line:
    """A port that hands everything on to ClickHouse, but for a request with all of `hangs_on`: that gets no answer."""

    def __init__(self, address):
        self.to, self.hangs_on, self.hung = ("127.0.0.1", int(address.rsplit(":", 1)[1])), None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            inside, _ = self.listener.accept()
            outside = socket.create_connection(self.to)
            threading.Thread(target=self.hand_on, args=(inside, outside, True), daemon=True).start()
            threading.Thread(target=self.hand_on, args=(outside, inside, False), daemon=True).start()

    def hand_on(self, source, to, asking):
        seen, hanging = b"", False
        try:
            while data := source.recv(65536):
                if asking and self.hangs_on:
                    seen = (seen + data)[-65536:]
                    if not hanging and all(word in seen for word in self.hangs_on):
                        hanging, self.hung = True, self.hung + 1
                if not hanging:
                    to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def settings(clickhouse, **more):
    return clickhouse.settings(RUN, **more)


def by_tcp(words, count=5):
    with socket.create_connection(("127.0.0.1", SYSLOG_PORT), source_address=("127.0.0.21", 0)) as out:
        for n in range(count):
            out.sendall(f"<134>{words} {n} 見積\n".encode())


def found(portal, words):
    rows = portal.post("/log-search/rows", {"q": f'kind:syslog "{words}"', "limit": 500})["items"]
    return sorted(row["fields"].get("message", row["fields"].get("raw", "")) for row in rows)


def counters(portal, name, least):
    return soon(20, f"{name} of {least} lines", lambda: portal.get("/syslog/counters"), lambda c: c[name] >= least)


def problems(portal):
    return {one["code"] for one in portal.call("GET", "/status")["problems"]}


def what_cannot_be_set(server, clickhouse):
    for more, words in (({"nodes": '["http://u:p@127.0.0.1:1"]'}, "nodes"), ({"nods": "x"}, "nods"), ({"user": '""'}, "user")):
        settings(clickhouse, **more)
        try:
            server.start(15)
            check(f"it does not start with {more}", "started")
        except RuntimeError as fault:
            check(f"it says what is wrong with {more}", words in str(fault) and "p@127" not in str(fault))
        server.stop()
    settings(clickhouse)


def failed_log_ons(count):
    with socket.create_connection(("127.0.0.1", SYSLOG_PORT), source_address=("127.0.0.31", 0)) as out:
        for n in range(count):
            at = time.strftime("%b %d %H:%M:%S")
            out.sendall(f"<86>{at} log-host sshd[{n}]: Failed password for root from 203.0.113.66 port 4711 ssh2\n".encode())


def rounds_go_on(words, portal, seconds):
    """The server's round of clocks begins each second, whoever does not answer."""
    worst, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        worst = max(worst, portal.metric("yagura_round_begun_seconds"))
        time.sleep(0.2)
    check(words, worst, lambda age: age < 4)


def that_hangs(server, clickhouse, admin, manager):
    """It takes connections and never answers: nobody waits for it, and what it missed is made good."""
    device(manager, "log-host", "127.0.0.31")
    failed_log_ons(6)
    counters(manager, "stored", 6)
    line = Line(clickhouse.address)
    settings(clickhouse, nodes=f'["{line.address}"]')
    line.hangs_on = (b"SELECT at, kind", b".k_alert")
    check("the server ends before", server.stop(), 0)
    server.start()
    soon(20, "the first look for alerts gets no answer", lambda: line.hung, lambda n: n >= 1)
    rounds_go_on("the rounds do not wait for the look", admin, 11)
    line.hangs_on = None

    server.stop()
    os.kill(clickhouse.pid(), signal.SIGSTOP)
    begun = time.monotonic()
    server.start()
    check("it starts without an answer", time.monotonic() - begun, lambda took: took < 15)
    check("and says so", "store of events" in server.said_now())
    refused("a search says so", "eventstore.server_unreachable", lambda: found(manager, "by-first"))
    failed_log_ons(3)
    rounds_go_on("the rounds do not wait for the server", admin, 5)
    os.kill(clickhouse.pid(), signal.SIGCONT)
    counters(manager, "stored", 3)
    soon(20, "the status is well again", lambda: problems(admin), lambda codes: "eventstore.server_unreachable" not in codes)
    time.sleep(0.5)  # nothing may come of nine; there is nothing to wait for
    check("nine are not ten", alerts(manager, "log:logon-failures"), [])
    failed_log_ons(1)
    raised = soon(20, "the tenth raises", lambda: alerts(manager, "log:logon-failures"), lambda l: len(l) == 1)
    check("with those of before the start", raised[0]["object"], "203.0.113.66")
    soon(20, "the alert is among the logs", lambda: manager.post("/log-search/rows", {"q": "kind:alert", "limit": 50})["items"], bool)


def one_of_two_replicas_is_dead(server, clickhouse, admin, manager):
    """It starts with the other, says which is missing, and uses it again when it is back."""
    if not clickhouse.replicas:
        Count.skipped += 1
        return
    server.stop()
    clickhouse.kill()
    settings(clickhouse, nodes=f'["{clickhouse.address}", "{clickhouse.other}"]', cluster="replicas", replicated="true", database="copies")
    server.start()
    by_tcp("by-one-replica")
    counters(manager, "stored", 5)
    check("each line once on the one that is there", len(found(manager, "by-one-replica")), 5)
    check("the status says that one is missing", problems(admin), lambda codes: "eventstore.server_missing" in codes)
    soon(20, "the log says which", lambda: server.said_now(), lambda said: "eventstore.server_missing" in said and clickhouse.address in said)
    clickhouse.start()
    soon(20, "the status is well again", lambda: problems(admin), lambda codes: "eventstore.server_missing" not in codes)
    there = "SELECT count() FROM copies.k_syslog WHERE contract = '" + CONTRACT + "'"
    soon(30, "it catches up", lambda: int(clickhouse.asked(there)), lambda n: n == 5)
    server.stop()
    settings(clickhouse)
    server.start()


def drive(server, clickhouse):
    what_cannot_be_set(server, clickhouse)
    clickhouse.kill()
    admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
    admin.set_up(server.start(), PASSWORD)
    check("it starts without ClickHouse, and says so", "eventstore.server_unreachable" in server.said_now() or clickhouse.address in server.said_now())
    city = City(admin, CONTRACT, [("chief", "city_supervisor", "情報企画課"), ("manager", "contractor_manager", "受託者"),
                                  ("second", "city_supervisor", "情報企画課")])
    manager = city["manager"]
    check("the status says so", problems(admin), lambda codes: "eventstore.server_unreachable" in codes)
    refused("a search says so", "eventstore.server_unreachable", lambda: found(manager, "by-first"))
    by_tcp("by-first")
    waiting = counters(manager, "received", 5)
    check("what cannot be stored is not counted as stored", waiting["stored"], 0)
    clickhouse.start()
    counters(manager, "stored", 5)
    check("each line once", len(found(manager, "by-first")), 5)
    check("the status is well again", problems(admin), lambda codes: "eventstore.server_unreachable" not in codes)

    clickhouse.kill()
    by_tcp("by-second")
    waiting = counters(manager, "received", 10)
    check("nothing is acknowledged that is not stored", waiting["stored"], 5)
    check("nothing is dropped", (waiting["dropped"], waiting["refused"]), (0, 0))
    clickhouse.start()
    counters(manager, "stored", 10)
    check("each line once after a sudden death of ClickHouse", (len(found(manager, "by-first")), len(found(manager, "by-second"))), (5, 5))
    kept = manager.get("/log-keeping")
    check("what is kept says that nothing goes by itself", kept["drops"], False)
    check("and how much there is", [one["events"] for one in kept["items"] if one["kind"] == "syslog"], [10])

    server.kill()
    server.start()
    check("there still after a sudden death of the server", len(found(manager, "見積")), 10)
    command = Path(f"/proc/{server.child.pid}/cmdline").read_bytes().decode()
    check("the password stands on no command line", clickhouse.password not in command)
    check("nor in what was said", clickhouse.password not in server.said())
    check("no store of our own was begun", not (server.data / "events").exists())
    traps_wait_in_the_spool(server, clickhouse, manager)
    that_hangs(server, clickhouse, admin, manager)
    one_of_two_replicas_is_dead(server, clickhouse, admin, manager)
    agreed = city["chief"].post("/erasures", {"reason": "契約の終了", "manifest": "a" * 64})["id"]
    city["second"].post(f"/erasures/{agreed}/approval")
    check("the server ends when it is asked", server.stop(), 0)
    erased(server, clickhouse, str(agreed))


def trap_numbers(portal):
    rows = portal.post("/log-search/rows", {"q": "kind:trap", "limit": 500})["items"]
    return sorted(int(row["fields"]["number"]) for row in rows)


def traps_wait_in_the_spool(server, clickhouse, manager):
    """While ClickHouse is away they stand on disk, whoever dies; in the end each is there once."""
    manager.post("/credentials", {"name": "trap_community", "kind": "snmp_community", "secret": "tr4p-w0rd"})
    device(manager, "trapping", "127.0.0.41", snmp_version="v2c", snmp_credential="trap_community")
    sender = Sender("127.0.0.41", TRAP_PORT, "tr4p-w0rd")
    soon(20, "the sender is known", lambda: sender.inform(1, 1.0), bool)
    soon(20, "a trap is among the logs", lambda: trap_numbers(manager), bool)
    before = trap_numbers(manager)
    sent = 0

    def send(count):
        nonlocal sent
        for index in range(count):
            check("an inform is acknowledged though ClickHouse is away", sender.inform(index + 10), True)
            sent += 1

    (RUN / "first-cursor").write_bytes(next(server.data.rglob("cursor.copied")).read_bytes())
    clickhouse.kill()
    send(20)
    server.kill()
    server.start()
    send(10)
    server.kill()
    clickhouse.start()
    server.start()
    # It is killed again as soon as some are there: what was taken just before comes again, and is known.
    soon(20, "they come from the spool", lambda: len(trap_numbers(manager)), lambda n: n > len(before))
    server.kill()
    server.start()
    soon(20, "all that were acknowledged are there", lambda: len(trap_numbers(manager)), lambda n: n >= len(before) + sent)
    send(1)
    soon(20, "and the next", lambda: len(trap_numbers(manager)), lambda n: n >= len(before) + sent)
    numbers = trap_numbers(manager)
    check("each once", len(numbers), len(set(numbers)))
    check("with none missing", numbers, list(range(numbers[0], numbers[0] + len(numbers))))
    # The place in the spool is lost, as by a crash before it was written down: all come again, and are known.
    server.stop()
    next(server.data.rglob("cursor.copied")).write_bytes((RUN / "first-cursor").read_bytes())
    server.start()
    send(1)
    soon(20, "the one that is new is there", lambda: len(trap_numbers(manager)), lambda n: n > len(numbers))
    check("and those that came again are there once", len(trap_numbers(manager)), len(numbers) + 1)


def erased(server, clickhouse, agreement):
    """The command finds the servers by what yagurad noted."""
    settings(clickhouse)
    rows = lambda: int(clickhouse.asked("SELECT sum(rows) FROM system.parts WHERE active AND database = 'city'") or 0)
    check("there were logs", rows(), lambda n: n > 0)
    done = subprocess.run([TOP / "build/bin/yagura", "handover", "erase", "--database", f"sqlite:{server.data}/yagura.db", "--data", server.data,
                           "--contract", CONTRACT, "--agreement", agreement, "--really"], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "YAGURA_SHARE": str(TOP / "share"), "YAGURA_PACKS": str(TOP / "packs")})
    check("erased", (done.returncode, done.stderr), (0, ""))
    check("with how many there were", json.loads(done.stdout)["logs"].get("syslog", 0), lambda n: n >= 20)
    check("nothing is left there", rows(), 0)


def main():
    server, clickhouse = None, ClickHouse(RUN)
    try:
        clickhouse.start()
        server = ServerProcess(RUN, more=("--events-clickhouse", settings(clickhouse), "--syslog-strangers", CONTRACT))
        drive(server, clickhouse)
    except Exception:  # noqa: BLE001 - whatever it is, it is a failure of this run
        Count.failed += 1
        print("FAILED: " + traceback.format_exc(), flush=True)
    if server:
        server.stop()
    try:
        clickhouse.run("stop")
    except Exception as fault:  # noqa: BLE001
        print(f"FAILED: ClickHouse does not end: {fault}")
        Count.failed += 1
    if Count.failed and server:
        print("--- what the server said ---\n" + server.said()[-2500:], flush=True)
    print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped")
    sys.exit(Count.failed != 0)


main()
