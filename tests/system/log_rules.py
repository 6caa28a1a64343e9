"""Rules that make alerts of logs on the real server: failed log-ons by logger(1) and rsyslog, a kill -9 in the middle of their
count, the alert, the search it leads to, what the rule would have raised; a port that goes down and up; a rule made over the API; who may do what.

Started by log_rules_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed, N skipped.
"""
import socket
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, City, check, counted, refused, soon
from log_rule_ground import alerts, device
from portal import Portal
from server_process import PORT, SYSLOG_PORT, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
FAILED = "Failed password for root from 203.0.113.66 port 4711 ssh2"
RSYSLOG = """
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="%(run)s/log.sock" CreatePath="on" UseSysTimeStamp="off")
global(workDirectory="%(run)s")
action(type="omfwd" Target="127.0.0.1" Port="%(port)d" Protocol="tcp" TCP_Framing="octet-counted" Template="RSYSLOG_SyslogProtocol23Format")
"""


def logger(*words):
    subprocess.run(["logger", *[str(word) for word in words]], check=True, timeout=30, stdin=subprocess.DEVNULL)


def by_udp(text=FAILED):
    logger("--udp", "-n", "127.0.0.1", "-P", SYSLOG_PORT, "-t", "sshd", text)


def by_rsyslog(text=FAILED):
    logger("--socket", RUN / "log.sock", "-t", "sshd", text)


def datagram(source, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((source, 0))
        out.sendto(text.encode(), ("127.0.0.1", SYSLOG_PORT))


def stored(portal, least):
    return soon(20, f"{least} lines on disk", lambda: portal.get("/syslog/counters"), lambda c: c["stored"] >= least)


def guessed_passwords(server, manager):
    """Six before a kill -9, four after it: the tenth raises, once."""
    for _ in range(3):
        by_udp()
        by_rsyslog()
    stored(manager, 6)
    server.kill()
    server.start()
    for _ in range(3):
        by_udp()
    stored(manager, 3)
    time.sleep(0.5)  # nothing may come of nine; there is nothing to wait for
    check("nine are not ten", alerts(manager, "log:logon-failures"), [])
    by_udp()
    found = soon(20, "the tenth raises", lambda: alerts(manager, "log:logon-failures"), lambda l: len(l) == 1)[0]
    check("of its device and source", (found["device_name"], found["object"], found["severity"], found["state"]),
          ("log-host", "203.0.113.66", "warning", "open"))
    check("in words", "root" in found["evidence"] and "203.0.113.66" in found["evidence_words"]["en"], True)
    server.kill()
    server.start()
    by_udp()
    soon(20, "goes on in the same alert", lambda: alerts(manager, "log:logon-failures"), lambda l: len(l) == 1 and l[0]["count"] > found["count"])
    return found["id"]


def leads_to_its_events(manager, alert):
    logs = manager.get(f"/alerts/{alert}")["logs"]
    page = manager.post("/log-search/rows", {"q": logs["q"], "from": logs["from"], "to": logs["to"], "limit": 100})
    check("the search of the alert shows its events", (len(page["items"]), {e["fields"]["source_ip"] for e in page["items"]}),
          (11, {"203.0.113.66"}))


def would_have(manager, viewer):
    trial = manager.post("/log-rules/trial", {"rule": "logon-failures"})
    check("the rule as it is", (trial["matches"], trial["alerts"], trial["outcome"]["partial"]), (11, 1, False))
    check("with its beginning", [(one["device_name"], one["object"]) for one in trial["first"]], [("log-host", "203.0.113.66")])
    draft = {"when": "kind:syslog outcome:failure", "times": 2, "within": "1 h", "text": {"ja": "{count}", "en": "{count} of {user}"}}
    check("a draft", (lambda t: (t["alerts"], t["first"][0]["text"]["en"].split()[-1]))(manager.post("/log-rules/trial", {"draft": draft})), (1, "root"))
    check("what nobody did", manager.post("/log-rules/trial", {"draft": {"when": "kind:syslog user:nobody"}})["alerts"], 0)
    refused("no sense", "monitor.log_rule_invalid", lambda: manager.post("/log-rules/trial", {"draft": {"when": "user:root", "times": 5}}))
    refused("no words", "eventstore.query_field_unknown", lambda: manager.post("/log-rules/trial", {"draft": {"when": "colour:red"}}))
    refused("no such rule", "monitor.log_rule_not_found", lambda: manager.post("/log-rules/trial", {"rule": "no-such-rule"}))
    refused("people's logs need a purpose", "log_search.purpose_missing",
            lambda: manager.post("/log-rules/trial", {"draft": {"when": "kind:operation action:usb-copy"}}))
    refused("another contract's", "web.not_found", lambda: manager.call("GET", "/log-rules", query={"contract": "okayama"}))
    refused("trying is searching", "web.forbidden", lambda: viewer.post("/log-rules/trial", {"rule": "logon-failures"}))
    rules = {rule["id"]: rule for rule in manager.get("/log-rules")["items"]}
    check("the rules", (rules["logon-failures"]["times"], rules["logon-failures"]["within_s"], rules["logon-failures"]["own"]), (10, 300, False))


def port(manager, switch):
    manager.post("/ledgers/interfaces/rows", {"fields": {"device": switch, "name": "sw-1 Gi1/0/1", "port": "Gi1/0/1"}})
    say = lambda state: datagram("127.0.0.21", f"<187>125: {time.strftime('%b %d %H:%M:%S')}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to {state}")
    say("down")
    found = soon(20, "a port that is down", lambda: alerts(manager, "link-down"), lambda l: len(l) == 1)[0]
    check("by the ledger's name", (found["device_name"], found["object"]), ("sw-1", "Gi1/0/1"))
    say("up")
    soon(20, "up again", lambda: alerts(manager, "link-down"), lambda l: l[0]["state"] == "cleared")
    datagram("127.0.0.77", f"<187>125: {time.strftime('%b %d %H:%M:%S')}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to down")
    stored(manager, 4)
    check("a stranger raises nothing", len(alerts(manager, "link-down")), 1)


def on_the_screen(server, chief, manager, viewer):
    """A rule made over the API raises of a real line, is the same after a kill -9, and ends its alert when it goes."""
    put = lambda portal, version, said: portal.call("PUT", "/log-rules/lamp", {"version": version, "why": "点検で必要になった", "said": said}, {"contract": CONTRACT})
    said = {"title": {"ja": "灯", "en": "Lamp"}, "text": {"ja": "{message}", "en": "{message}"}, "severity": "major",
            "when": "kind:syslog message:lamp", "clears": 'kind:syslog message:"all fine"'}
    refused("not by who may not", "web.forbidden", lambda: put(viewer, 0, said))
    by_udp("lamp of before")
    stored(manager, 5)
    check("made", put(manager, 0, said)["version"], 1)
    refused("the second is told", "monitor.log_rule_conflict", lambda: put(chief, 0, {**said, "severity": "info"}))
    refused("what cannot be", "eventstore.query_field_unknown", lambda: put(chief, 1, {**said, "when": "colour:red"}))
    by_udp("lamp 7 is red")
    lamps = lambda: alerts(manager, "log:lamp")
    found = soon(20, "the next line raises", lamps, lambda l: len(l) == 1)[0]
    check("by its own words", (found["device_name"], found["severity"], found["title"]["en"], found["count"]), ("log-host", "major", "Lamp", 1))
    server.kill()
    server.start()
    check("the rule after a kill -9", [r["version"] for r in manager.get("/log-rules")["items"] if r["id"] == "lamp"], [1])
    by_udp("lamp 8 is red")
    soon(20, "goes on", lamps, lambda l: len(l) == 1 and l[0]["count"] == 2)
    manager.call("DELETE", "/log-rules/lamp", query={"contract": CONTRACT, "version": 1, "why": "灯を外した"})
    soon(20, "its alert ends with it", lamps, lambda l: l[0]["state"] == "cleared")
    check("in the journal", [e["kind"] for e in chief.get("/journal", kind="log_rule.", limit=10)["items"]], ["log_rule.removed", "log_rule.changed"])


def drive(server):
    admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
    admin.set_up(server.start(), PASSWORD)
    city = City(admin, CONTRACT, [("chief", "city_supervisor", "情報企画課"), ("manager", "contractor_manager", "受託者"),
                                  ("viewer", "employee", "総務課")])
    manager = city["manager"]
    device(manager, "log-host", "127.0.0.1")
    switch = device(manager, "sw-1", "127.0.0.21")
    (RUN / "rsyslog.conf").write_text(RSYSLOG % {"run": RUN, "port": SYSLOG_PORT})
    sender = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "rsyslogd", "-n", "-f", RUN / "rsyslog.conf", "-i", RUN / "rsyslogd.pid"],
                              stdin=subprocess.DEVNULL, stdout=open(RUN / "rsyslogd.log", "wb"), stderr=subprocess.STDOUT)
    try:
        soon(10, "rsyslog listens", (RUN / "log.sock").exists, bool)
        alert = guessed_passwords(server, manager)
        leads_to_its_events(manager, alert)
        would_have(manager, city["viewer"])
        port(manager, switch)
        on_the_screen(server, city["chief"], manager, city["viewer"])
        check("it ends when asked", server.stop(), 0)
    finally:
        sender.terminate()
        sender.wait(10)


def main():
    with counted() as begun:
        server = begun(ServerProcess(RUN))
        drive(server)


main()
