"""Syslog into the real server: logger(1), rsyslog (both framings of TCP, TLS) and plain datagrams; senders known and unknown; a
kill -9 in between; and then every line is looked for in the store.

Started by syslog_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed, N skipped.
"""
import http.client
import json
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, City, check, counted, refused, soon
from portal import Portal
from server_process import PORT, SYSLOG_PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
TLS_PORT = 16514
CONTRACT = "matsusaka"
RSYSLOG = """
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="%(run)s/log.sock" CreatePath="on" UseSysTimeStamp="off")
global(workDirectory="%(run)s" DefaultNetstreamDriverCAFile="%(run)s/tls.pem"
       DefaultNetstreamDriverCertFile="%(run)s/tls.pem" DefaultNetstreamDriverKeyFile="%(run)s/tls.key")
action(type="omfwd" Target="127.0.0.1" Port="%(port)d" Protocol="tcp" TCP_Framing="octet-counted" Template="RSYSLOG_SyslogProtocol23Format")
action(type="omfwd" Target="127.0.0.1" Port="%(port)d" Protocol="tcp" TCP_Framing="traditional" Template="RSYSLOG_TraditionalForwardFormat")
action(type="omfwd" Target="127.0.0.1" Port="%(tls)d" Protocol="tcp" TCP_Framing="octet-counted" StreamDriver="ossl" StreamDriverMode="1"
       StreamDriverAuthMode="x509/certvalid" Template="RSYSLOG_SyslogProtocol23Format")
"""


def run(*words, **more):
    subprocess.run([str(word) for word in words], check=True, timeout=30, stdin=subprocess.DEVNULL, **more)


def certificate():
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", RUN / "tls.key",
        "-out", RUN / "tls.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def metrics(portal):
    connection = http.client.HTTPSConnection(portal.host, context=ssl._create_unverified_context(), timeout=10)
    connection.request("GET", f"/metrics?contract={CONTRACT}", headers={"Cookie": portal.cookie} if portal.cookie else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def datagram(source, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((source, 0))
        out.sendto(text.encode(), ("127.0.0.1", SYSLOG_PORT))


def stored(portal, least):
    return soon(20, f"{least} lines on disk", lambda: portal.get("/syslog/counters"), lambda c: c["stored"] >= least)


def send_all(manager):
    """One line each way; answers the marks that must be found."""
    run("logger", "--udp", "-n", "127.0.0.1", "-P", SYSLOG_PORT, "-t", "tower", "by-logger-udp 見積書")
    run("logger", "--tcp", "-n", "127.0.0.1", "-P", SYSLOG_PORT, "-t", "tower", "--octet-count", "by-logger-octets")
    run("logger", "--tcp", "-n", "127.0.0.1", "-P", SYSLOG_PORT, "-t", "tower", "by-logger-newline")
    run("logger", "--socket", RUN / "log.sock", "-t", "tower", "by-rsyslog")
    # A firewall that writes UTC in a stamp without a zone: the ledger says so.
    clock = time.strftime("%b %d %H:%M:%S", time.gmtime())
    datagram("127.0.0.21", f"<134>{clock} fw-1 by-zone of a device in UTC")
    datagram("127.0.0.22", "<134>by-stranger whom no ledger knows")
    counted = stored(manager, 8)
    check("every line accounted for", counted["received"], counted["stored"] + counted["waiting"] + counted["refused"] + counted["dropped"])
    check("nothing lost", (counted["lost_in_kernel"], counted["dropped"], counted["refused"]), (0, 0, 0))
    return ["by-logger-udp", "by-logger-octets", "by-logger-newline", "by-rsyslog", "by-zone", "by-stranger"]


def its_senders(city):
    manager, viewer = city["manager"], city["viewer"]
    found = {one["address"]: one for one in manager.get("/syslog/senders")["items"]}
    check("by their names in the ledger", {a: (s["device"], s["known"]) for a, s in found.items()},
          {"127.0.0.1": ("log-host", True), "127.0.0.21": ("fw-1", True), "127.0.0.22": ("127.0.0.22", False)})
    check("a clock in UTC is not nine hours wrong", abs(found["127.0.0.21"]["skew_ms"]), lambda ms: ms < 60_000)
    check("strangers are for who may accept them", [s["address"] for s in viewer.get("/syslog/senders")["items"]], ["127.0.0.1", "127.0.0.21"])
    printer = device(manager, "printer-1", None)
    refused("accepting is a right", "web.forbidden", lambda: viewer.post("/syslog/senders/accept", {"address": "127.0.0.22", "device": printer}))
    refused("only who has sent", "monitor.sender_not_found", lambda: manager.post("/syslog/senders/accept", {"address": "127.0.0.77", "device": printer}))
    manager.post("/syslog/senders/accept", {"address": "127.0.0.22", "device": printer})
    datagram("127.0.0.22", "<134>by-accepted from now on a device")
    stored(manager, 9)
    check("accepted", [(s["device"], s["known"]) for s in manager.get("/syslog/senders")["items"] if s["address"] == "127.0.0.22"],
          [("printer-1", True)])


def its_metrics(manager):
    check("not for strangers", metrics(Portal(f"127.0.0.1:{PORT}", CONTRACT))[0], 401)
    status, text = metrics(manager)
    check("metrics", status, 200)
    for name in ("yagura_syslog_stored_total 9", "yagura_syslog_lost_in_kernel_total 0", "yagura_events_segments"):
        check(f"metrics say {name}", text, lambda t, n=name: n in t)


def device(manager, name, address, **more):
    site = its_site(manager)
    fields = {"name": name, "class": its_class(manager), "site": site, **more}
    return manager.post("/ledgers/devices/rows", {"fields": {**fields, **({"address": address} if address else {})}})["id"]


def its_site(manager):
    for row in manager.get("/ledgers/sites/rows")["items"]:
        return row["id"]
    fields = next(one for one in manager.get("/ledgers")["items"] if one["id"] == "sites")["fields"]
    kind = next(one for one in fields if one["id"] == "kind")["choices"][0]["id"]
    return manager.post("/ledgers/sites/rows", {"fields": {"name": "本庁舎", "kind": kind}})["id"]


def its_class(manager):
    fields = next(one for one in manager.get("/ledgers")["items"] if one["id"] == "devices")["fields"]
    return next(one for one in fields if one["id"] == "class")["choices"][0]["id"]


def in_the_store(server, marks):
    done = subprocess.run([TOP / "build/bin/events_dump", server.data / "events", TOP / "share", CONTRACT], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    check("the store can be read", (done.returncode, done.stderr), (0, b""))
    events = [json.loads(line) for line in done.stdout.splitlines()]
    for mark, times in marks.items():
        check(f"{mark}, {times} times", sum(mark in e.get("message", "") + e.get("raw", "") for e in events), times)
    zone = next((e for e in events if "by-zone" in e.get("message", "") + e.get("raw", "")), {})
    check("of its device, at its time", (zone.get("device"), abs(zone.get("skew", 0)) < 60_000), ("fw-1", True))
    check("Japanese whole", [e for e in events if "by-logger-udp 見積書" in e.get("message", "")], lambda l: len(l) == 1)
    check("the program's name", {e.get("app") for e in events if "by-logger" in e.get("message", "")}, {"tower"})


def drive(server):
    certificate()
    admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
    admin.set_up(server.start(), PASSWORD)
    city = City(admin, CONTRACT, [("chief", "city_supervisor", "情報企画課"), ("manager", "contractor_manager", "受託者"),
                                  ("viewer", "auditor", "監査")])
    manager = city["manager"]
    device(manager, "log-host", "127.0.0.1")
    device(manager, "fw-1", "127.0.0.21", log_zone="utc")
    (RUN / "rsyslog.conf").write_text(RSYSLOG % {"run": RUN, "port": SYSLOG_PORT, "tls": TLS_PORT})
    sender = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "rsyslogd", "-n", "-f", RUN / "rsyslog.conf", "-i", RUN / "rsyslogd.pid"],
                              stdin=subprocess.DEVNULL, stdout=open(RUN / "rsyslogd.log", "wb"), stderr=subprocess.STDOUT)
    try:
        soon(10, "rsyslog listens", (RUN / "log.sock").exists, bool)
        marks = dict.fromkeys(send_all(manager), 1)
        marks["by-rsyslog"] = 3  # octets counted, lines, TLS
        its_senders(city)
        its_metrics(manager)
        server.kill()
        server.start()
        run("logger", "--udp", "-n", "127.0.0.1", "-P", SYSLOG_PORT, "-t", "tower", "by-second-life")
        stored(manager, 1)
        senders = manager.get("/syslog/senders")
        found = {one["device"]: one for one in senders["items"]}
        check("heard of since the start", (found["log-host"]["since_start"], found["log-host"]["per_second"] > 0), (True, True))
        check("heard of before it alone", (found["fw-1"]["since_start"], found["fw-1"]["received"], found["fw-1"]["last"] is None), (False, 0, False))
        check("all of them looked for", senders["whole"])
        check("it ends when asked", server.stop(), 0)
    finally:
        sender.terminate()
        sender.wait(10)
    in_the_store(server, {**marks, "by-accepted": 1, "by-second-life": 1})


def main():
    with counted() as begun:
        server = begun(ServerProcess(RUN, more=["--syslog-tls-listen", f"127.0.0.1:{TLS_PORT}", "--syslog-certificate", RUN / "tls.pem",
                                                "--syslog-key", RUN / "tls.key"]))
        drive(server)


main()
