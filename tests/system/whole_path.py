"""From a device that fails to the month's report, asserted step by step through the REST API.

Started by whole_path_test.sh inside the collector's namespace, with the lab and the mail server up. Prints what failed with
what was expected and what was there; last line: N passed, N failed, N skipped. A step that needs a failed one fails too.
"""
import csv
import datetime
import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import traceback
import zipfile
from pathlib import Path

from portal import Portal, Refused
from server_process import PORT, TRAP_PORT, ServerProcess, lab

RUN = Path(sys.argv[1])
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
PASSWORD = "yagura no ichiban taka 7"
CONTACTS = [  # who is called at which duty
    ("架空 昼子", "情報システム課", "city_in_hours", "1", "day@city.example", "0598-00-0001"),
    ("架空 夜男", "情報システム課", "city_out_of_hours", "1", "night@city.example", "0598-00-0002"),
    ("架空 保守", "保守部門", "maintenance", "1", "repair@maker.example", "0598-00-0003"),
]


class Count:
    passed = failed = 0


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
    print(f"    there:    {str(there)[:1500]}", flush=True)


def soon(seconds, words, look, good=bool):
    """What look() answers as soon as it is good; when it is not in time, the step ends here."""
    end = time.monotonic() + seconds
    while True:
        try:
            there = look()
        except (Refused, OSError) as error:
            there = error
        else:
            if good(there):
                Count.passed += 1
                return there
        if time.monotonic() >= end:
            check(f"{words} (within {seconds} s)", there, lambda _: False)
            raise StepFailed(words)
        time.sleep(0.4)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def minutes(clock):
    return (moment(clock["due"]) - moment(clock["started"])).total_seconds() / 60


class Drive:
    """What one step leaves to the next."""

    def __init__(self):
        self.server = ServerProcess(RUN, more=["--lab", os.environ["LAB_DIR"], "--ping-interval", "5",
                                               "--smtp", "smtp://" + os.environ["MAIL_SINK"], "--smtp-from", "watch@yagura.example"])
        self.portal = Portal(f"127.0.0.1:{PORT}", "matsusaka")
        self.device = {}

    # --- looking ---------------------------------------------------------------------------------------------------
    def alerts(self, name=None, **query):
        if name:
            query["device"] = self.device[name]
        return self.portal.get("/alerts", limit=200, **query)["items"]

    def alert(self, name, kind, *states):
        found = [a for a in self.alerts(name) if a["kind"] == kind and a["state"] in states]
        return found[0] if found else None

    def incidents(self, name=None):
        query = {"device": self.device[name]} if name else {}
        return self.portal.get("/incidents", limit=200, **query)["items"]

    def incident(self, id_):
        return self.portal.get(f"/incidents/{id_}")

    def clock(self, incident, rule):
        found = [c for c in incident["clocks"] if c["rule"] == rule]
        return found[0] if found else {}

    def in_hours(self, at):
        """Whether an instant is within the opening hours 8:30-17:15 of an open day (today: the portal knows holidays)."""
        there = at.astimezone(JAPAN)
        open_day = self.portal.get("/today")["open_today"]
        return open_day and (8, 30) <= (there.hour, there.minute) < (17, 15)

    def states(self):
        return {d["name"]: d["state"] for d in self.portal.get("/devices", limit=100)["items"]}

    # --- steps -----------------------------------------------------------------------------------------------------
    def sets_the_first_administrator_up(self):
        with open(Path(os.environ["LAB_DIR"]) / "inventory-contacts.csv", "w", newline="") as out:
            table = csv.writer(out)
            table.writerow(["氏名", "所属", "連絡先の役割", "順番", "メール", "電話"])
            table.writerows(CONTACTS)
        link = self.server.start()
        check("the server prints a link for the first administrator", link, lambda text: "/setup#" in text)
        codes = self.portal.set_up(link, PASSWORD)
        check("recovery codes are handed out", len(codes), lambda n: n >= 8)
        try:
            self.portal.call("POST", "/setup/look", {"token": link.split("#")[1]})
            check("the link works once", "works twice", "refused")
        except Refused as refused:
            check("the link works once", refused.status, lambda status: 400 <= status < 500)
        contacts = self.portal.get("/ledgers/contacts/rows")["items"]
        check("the contacts are in their ledger", len(contacts), len(CONTACTS))
        trees = self.portal.get("/contracts/matsusaka/contact-trees")["items"]
        check("their tree knows whom to reach", [t["id"] for t in trees], lambda ids: "urgent" in ids)

    def sees_all_devices_up(self):
        soon(60, "all eleven devices are up", self.states,
             lambda s: len(s) == 11 and all(state == "up" for state in s.values()))
        self.device = {d["name"]: d["id"] for d in self.portal.get("/devices", limit=100)["items"]}
        check("a calm lab has no alert of a silent device", [a["title"] for a in self.alerts() if a["kind"] == "ping"], [])

    def a_branch_loses_its_power(self):
        self.incidents_before = {i["id"] for i in self.incidents()}
        lab("fault", "branch-power-off", "east")
        parent = soon(50, "the router of the branch is alarmed", lambda: self.alert("east-rt1", "ping", "open"))
        check("... as critical", parent["severity"], "critical")
        child = soon(50, "the switch behind it is held under it", lambda: self.alert("east-sw1", "ping", "suppressed"))
        check("... under the router's alert", child["parent"], parent["id"])
        silent = [a for a in self.alerts() if a["kind"] == "ping"]
        check("exactly one silent device is announced", [a["device_name"] for a in silent if a["state"] == "open"], ["east-rt1"])
        check("the children are listed under it",
              [a["device_name"] for a in self.alerts(parent=parent["id"]) if a["kind"] == "ping"], ["east-sw1"])
        # Both routers at the other ends of its lines report a link that is down.
        links = soon(20, "a link that is down at the other end is evidence under it",
                     lambda: [a for a in self.alerts(parent=parent["id"]) if a["kind"] == "link-down"])
        check("... by the name of its port", [a["object"] for a in links], lambda ports: all(port.startswith("ge") for port in ports))
        check("the switch reads as unreachable, not down", self.states()["east-sw1"], "unreachable")
        listed = soon(20, "an incident for the router", lambda: self.incidents("east-rt1"))
        check("... and only one", len(listed), 1)
        check("no incident for the switch behind it", self.incidents("east-sw1"), [])
        self.branch = listed[0]["id"]
        self.outage = parent["id"]
        check("alert and incident know each other", self.alert("east-rt1", "ping", "open")["incident"], self.branch)
        time.sleep(30)  # longer than anything is held
        check("nobody is told of a link", [(a["device_name"], a["object"]) for a in self.alerts()
                                           if a["kind"] == "link-down" and a["state"] == "open"], [])
        check("a branch without power is one incident", [i["title"] for i in self.incidents() if i["id"] not in self.incidents_before
                                                         and i["id"] != self.branch], [])
        check("the evidence stands on the incident", {a["device_name"] for a in self.incident(self.branch)["alert_list"]},
              lambda names: {"east-rt1", "east-sw1"} < names)

    def its_clocks_are_the_contracts(self):
        incident = self.incident(self.branch)
        detected = moment(incident["detected_at"])
        first, arrival = self.clock(incident, "first_report"), self.clock(incident, "arrival")
        check("the first report is due after 30 minutes", minutes(first), 30.0)
        check("being on site at a branch is due after 90 minutes in hours, 150 out of them", minutes(arrival),
              90.0 if self.in_hours(detected) else 150.0)
        check("both count from the detection", {moment(first["started"]), moment(arrival["started"])}, {detected})
        check("no clock of recovery before work begins", self.clock(incident, "recovery"), {})

    def people_are_told(self):
        incident = self.incident(self.branch)
        duty = "city_in_hours" if self.in_hours(moment(incident["detected_at"])) else "city_out_of_hours"
        name, _, _, _, mail, phone = next(c for c in CONTACTS if c[2] == duty)

        def mails():
            rows = [line.split("\t") for line in lab("mail-sink", "list").splitlines()]
            return [row for row in rows if f"[{incident['number']}]" in row[4]]

        got = soon(20, "a mail arrives", mails)
        time.sleep(1.5)
        check("one mail for the one mail step with people", [row[3] for row in mails()], lambda to: len(to) == 1 and mail in to[0])
        check("it names the device", got[0][4], lambda subject: "east-rt1" in subject)
        calls = soon(20, "a call is to be made", lambda: self.portal.get("/calls", incident=self.branch)["items"])
        check("the call", [(c["name"], c["to"], c["state"]) for c in calls], [(name, phone, "to_call")])
        after = self.portal.post(f"/calls/{calls[0]['id']}", {"result": "answered", "note": "担当者が承知"})
        check("recorded as answered", after["state"], "answered")
        check("no call is left", self.portal.get("/calls", incident=self.branch)["items"], [])
        time.sleep(2)
        check("nobody further is called", [c["state"] for c in self.incident(self.branch)["contacts"] if c["channel"] == "phone"],
              ["answered"])

    def a_fan_brings_the_devices_log(self):
        began = time.monotonic()
        lab("fault", "fan-trap", "dc-core-a")
        alert = soon(20, "the trap becomes an alert", lambda: self.alert("dc-core-a", "fan-failed", "open"))
        check("its evidence is the trap's words", alert["evidence"], lambda text: "Fan 1" in text or "critical" in text)
        incident = soon(15, "the alert has an incident", lambda: self.alert("dc-core-a", "fan-failed", "open")["incident"])
        logs = soon(60 - (time.monotonic() - began), "the device's log is on the incident within a minute",
                    lambda: [log for log in self.incident(incident)["logs"] if log["state"] == "done"])
        commands = logs[0]["commands"] or self.portal.get(f"/logs/{logs[0]['id']}")["commands"]
        check("... with commands", len(commands), lambda n: n >= 2)
        check("... and what the device answered", [c["output"][:40] for c in commands if c["output"].strip()],
              lambda outputs: len(outputs) >= 2)
        self.fan = incident

    def a_changed_host_key_is_refused(self):
        lab("fault", "wrong-ssh-key", "west-rt1")
        lab("fault", "fan-trap", "west-rt1")
        incident = soon(25, "the fan of the other device has its incident",
                        lambda: (self.alert("west-rt1", "fan-failed", "open") or {}).get("incident"))
        logs = soon(40, "its log is given up", lambda: [log for log in self.incident(incident)["logs"] if log["state"] == "failed"])
        problem = logs[0]["problem"] or {}
        check("... because of the host key", problem.get("code", ""), lambda code: "host_key" in code)
        check("... said in words with advice", (problem.get("title", ""), problem.get("advice", "")),
              lambda said: "鍵" in said[0] and len(said[1]) > 5)
        detail = self.incident(incident)
        check("the incident runs on", (detail["state"], self.clock(detail, "first_report").get("state")), ("open", "running"))

    def a_silenced_device_opens_no_incident(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        silence = self.portal.post("/silences", {
            "devices": [self.device["fire-rt1"]], "sites": [], "why": "計画停電", "from": now.isoformat(),
            "to": (now + datetime.timedelta(hours=1)).isoformat()})
        check("the silence runs", silence["state"], "running")
        lab("fault", "device-power-off", "fire-rt1")
        alert = soon(50, "the fault under silence is recorded",
                     lambda: next((a for a in self.alerts("fire-rt1") if a["kind"] == "ping"), None))
        # It is judged once its upstream has been looked at, a few seconds after it was seen.
        alert = soon(15, "... as silenced", lambda: self.alert("fire-rt1", "ping", "open"), lambda a: a and a["silenced"])
        time.sleep(2)
        check("... without an incident", (alert["incident"], self.incidents("fire-rt1")), (None, []))
        lab("heal", "device-power-off", "fire-rt1")
        soon(50, "it is cleared when the device is back", lambda: self.alert("fire-rt1", "ping", "cleared"))
        check("the silence ends by hand", self.portal.post(f"/silences/{silence['id']}/end")["state"], "ended")

    def what_outlives_its_silence_is_told(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        silence = self.portal.post("/silences", {
            "devices": [self.device["dc-fw1"]], "sites": [], "why": "ファン交換", "from": now.isoformat(),
            "to": (now + datetime.timedelta(hours=1)).isoformat()})
        lab("fault", "fan-trap", "dc-fw1")
        alert = soon(20, "a trap under silence is recorded", lambda: self.alert("dc-fw1", "fan-failed", "open"))
        time.sleep(1.5)
        check("... and nothing more", (self.portal.get(f"/alerts/{alert['id']}")["silenced"], self.incidents("dc-fw1")), (True, []))
        self.portal.post(f"/silences/{silence['id']}/end")
        incident = soon(15, "when the silence ends and the fault does not, it gets its incident",
                        lambda: self.portal.get(f"/alerts/{alert['id']}")["incident"])
        check("... which is the device's", [i["id"] for i in self.incidents("dc-fw1")], [incident])

    def a_stranger_is_shown_and_accepted(self):
        row = self.portal.get(f"/ledgers/devices/rows/{self.device['west-rt1']}")
        engine = row["fields"].get("engine_id")
        check("the ledger knew the engine", engine, bool)
        self.portal.call("PATCH", f"/ledgers/devices/rows/{row['id']}",
                         {"version": row["version"], "fields": {"engine_id": None}}, {"contract": "matsusaka"})
        lab("fault", "trap-source-unset", "west-rt1")
        senders = soon(40, "a trap from an unknown sender is shown", lambda: self.portal.get("/traps/senders")["items"],
                       lambda all_: any(s["engine_id"].lower() == str(engine).lower() for s in all_))
        stranger = next(s for s in senders if s["engine_id"].lower() == str(engine).lower())
        check("... with why", stranger["reason"], lambda why: why in ("unknown_engine", "unknown_sender"))
        self.portal.post(f"/traps/senders/{stranger['id']}/accept", {"device": self.device["west-rt1"]})
        row = self.portal.get(f"/ledgers/devices/rows/{self.device['west-rt1']}")
        check("accepting writes the engine into the ledger", str(row["fields"].get("engine_id")).lower(), str(engine).lower())
        left = [s["id"] for s in self.portal.get("/traps/senders")["items"]]
        check("... and takes it off the list", stranger["id"] in left, False)
        lab("heal", "fan-trap", "west-rt1")
        soon(25, "from now on its traps are taken", lambda: self.alert("west-rt1", "fan-failed", "cleared"))

    def a_stranger_without_engine_gets_its_device(self):
        made = self.portal.post("/ledgers/devices/rows", {"fields": {
            "name": "new-ups", "class": "ups", "site": self.portal.get("/ledgers/sites/rows")["items"][0]["id"],
            "snmp_version": "v2c", "snmp_credential": "snmp_community"}})
        lines = (Path(os.environ["LAB_DIR"]) / "secrets").read_text().splitlines()
        community = next(line for line in lines if line.startswith("SNMP_COMMUNITY=")).split("=", 1)[1].strip("'\"")

        def send():
            subprocess.run(["snmptrap", "-v2c", "-c", community, f"127.0.0.1:{TRAP_PORT}", "",
                            ".1.3.6.1.6.3.1.1.5.1"], check=True, stderr=subprocess.DEVNULL)

        send()
        stranger = soon(15, "the sender is shown", lambda: next(
            (s for s in self.portal.get("/traps/senders")["items"] if s["address"] == "127.0.0.1"), None))
        check("... as unknown", stranger["reason"], "unknown_sender")
        self.portal.post(f"/traps/senders/{stranger['id']}/accept", {"device": made["id"]})
        self.device["new-ups"] = made["id"]
        send()
        soon(20, "its next trap is its own", lambda: self.alert("new-ups", "device-started", "open", "cleared"))

    def no_trap_is_unaccounted(self):
        def sums():
            c = self.portal.get("/traps/counters")
            return c["received"], c["stored"] + sum(c["refused"].values()), c

        soon(10, "received = stored + refused", sums, lambda s: s[0] == s[1])
        counters = self.portal.get("/traps/counters")
        check("none was lost", counters["lost_in_kernel"], 0)
        check("some were stored, some refused", (counters["stored"], sum(counters["refused"].values())), lambda n: n[0] > 3 and n[1] > 0)

    def what_is_mended_is_clear(self):
        lab("heal", "all")
        soon(60, "every device is up again", lambda: {n: s for n, s in self.states().items() if n != "new-ups"},
             lambda s: all(state == "up" for state in s.values()))
        soon(60, "no device is silent, no fan has failed and no line is down any more",
             lambda: [(a["device_name"], a["kind"], a["state"]) for a in self.alerts() if a["state"] != "cleared"
                      and a["kind"] in ("ping", "fan-failed", "link-down") and a["device_name"] != "new-ups"], lambda left: left == [])

    def its_return_opens_nothing(self):
        started = soon(60, "the devices of the branch say that they have started",
                       lambda: [a for n in ("east-rt1", "east-sw1") for a in self.alerts(n) if a["kind"] == "device-started"],
                       lambda all_: {a["device_name"] for a in all_} == {"east-rt1", "east-sw1"})
        soon(20, "their starts belong to the outage", lambda: self.portal.get("/alerts", limit=200)["items"],
             lambda all_: all(a["incident"] == self.branch and a["state"] == "cleared" for a in all_
                              if a["id"] in {s["id"] for s in started}))
        check("no incident but that of the outage", [(n, i["title"]) for n in ("east-rt1", "east-sw1") for i in self.incidents(n)
                                                     if i["id"] != self.branch], [])
        check("what was seen when it failed is still to be read", self.portal.get(f"/alerts/{self.outage}")["evidence"],
              # Whichever came last: nothing, or a router that had lost its way there.
              lambda text: ("no_answer" in text or "unreachable" in text) and "Ping OK" in text)

    def the_incident_is_worked_and_closed(self):
        at = f"/incidents/{self.branch}"
        try:
            self.portal.call("PATCH", at, {"severity": "minor"}, {"contract": "matsusaka"})
            check("a severity without a reason", "taken", "refused")
        except Refused as refused:
            check("a severity without a reason is refused", refused.problem.get("code"), "desk.change_reason_missing")
        self.portal.post(at + "/events", {"event": "work_started", "note": "現地で作業を始めた"})
        incident = self.portal.post(at + "/events", {"event": "restored", "note": "電源が戻った"})
        check("arrival is met", self.clock(incident, "arrival").get("state"), "met")
        check("recovery is met, of two hours", (self.clock(incident, "recovery").get("state"), minutes(self.clock(incident, "recovery"))),
              ("met", 120.0))
        try:
            self.portal.post(at + "/reports", {"kind": "first", "parts": {"outline": "停電"}, "submit": True})
            check("a first report without its parts", "taken", "refused")
        except Refused as refused:
            check("a first report without its parts is refused", (refused.status, refused.problem.get("code")),
                  (422, "desk.part_missing"))
        parts = {"outline": "東振興局の電源断により機器が停止した。", "temporary_measure": "復電を確認し、経過を見る。"}
        incident = self.portal.post(at + "/reports", {"kind": "first", "parts": parts, "submit": True})
        check("with them the clock of the first report is met", self.clock(incident, "first_report").get("state"), "met")
        incident = self.portal.post(at + "/close", {"reason": "復旧を確認した"})
        check("closed", incident["state"], "closed")
        check("no clock runs on", [c["rule"] for c in incident["clocks"] if c["state"] in ("running", "paused")], [])
        kinds = [e["kind"] for e in self.portal.get(at + "/timeline", limit=200)["items"]]
        check("the time line tells it from beginning to end", kinds,
              lambda all_: all_[0] == "incident.opened" and "incident.report" in all_ and "incident.closed" in all_)
        self.number = incident["number"]

    def the_month_is_reported(self):
        month = datetime.datetime.now(JAPAN).strftime("%Y-%m")
        for turn in ("first", "second"):
            job = self.portal.wait_job(self.portal.post("/reports", {"kind": "monthly", "month": month}), 120)
            check(f"the {turn} report is made", (job["state"], job.get("problem")), ("done", None))
            report = next(r for r in self.portal.get("/reports")["items"] if r["id"] == int(job["result"]))
            for form, parts in (("docx", ["word/document.xml"]), ("xlsx", ["xl/sharedStrings.xml", "xl/worksheets/"])):
                file = self.portal.call("GET", f"/reports/{report['id']}/file", raw=True,
                                        query={"contract": "matsusaka", "format": form})
                check(f"{form}: as its sum says", hashlib.sha256(file).hexdigest(), report["sha256"][form])
                with zipfile.ZipFile(io.BytesIO(file)) as box:
                    check(f"{form}: whole", box.testzip(), None)
                    text = "".join(box.read(n).decode() for n in box.namelist() if any(n.startswith(p) for p in parts))
                check(f"{form}: names the incident", self.number in text)

    def the_journal_is_whole(self):
        verdict = self.portal.post("/journal/verification")
        check("the journal has entries", verdict["entries"], lambda n: n > 50)
        check("none is broken", verdict["first_broken"], 0)
        return verdict

    def nothing_is_lost_by_a_sudden_death(self):
        lab("fault", "device-power-off", "fire-rt1")
        alert = soon(50, "an alert is open", lambda: self.alert("fire-rt1", "ping", "open"))
        soon(20, "... with its incident", lambda: self.incidents("fire-rt1"))

        def standing():
            return ({(a["id"], a["kind"], a["state"]) for a in self.alerts() if a["state"] != "cleared"},
                    {(i["id"], i["number"], i["state"]) for i in self.incidents()},
                    {a["id"]: a["incident"] for a in self.alerts() if a["incident"]})

        soon(15, "alert and incident are joined", lambda: self.alert("fire-rt1", "ping", "open")["incident"])
        # An alert may settle for 60 s and be held for 28 s before it is told.
        before = soon(120, "nothing is being decided any more", lambda: (standing(), time.sleep(2), standing()),
                      lambda seen: seen[0] == seen[2] and not any(state == "held" for _, _, state in seen[0][0]))[0]
        entries = self.portal.post("/journal/verification")["entries"]
        self.server.kill()
        check("no new link for a first administrator", self.server.start(), "")
        self.portal.load_session()
        after = standing()
        check("open alerts are the same", sorted(after[0]), sorted(before[0]))
        check("incidents are the same", sorted(after[1]), sorted(before[1]))
        check("every alert has the incident that it had", after[2], before[2])
        verdict = self.the_journal_is_whole()
        check("and none of it is missing", verdict["entries"], lambda n: n >= entries)
        time.sleep(12)
        check("the device that is still silent is not alarmed twice", [a["id"] for a in self.alerts("fire-rt1", state="open")
                                                                     if a["kind"] == "ping"], [alert["id"]])
        lab("heal", "all")
        soon(50, "the alert of before is cleared by the server of after",
             lambda: self.portal.get(f"/alerts/{alert['id']}")["state"], lambda state: state == "cleared")
        self.no_trap_is_unaccounted_since_start()

    def logs_hold_alerts_and_traps(self):
        """After the sudden death, too: each entry of the journal once, each stored trap at least once."""
        def found(words):
            rows, cursor = [], {}
            while cursor is not None:
                page = self.portal.post("/log-search/rows", {"q": words, "limit": 100, **cursor})
                rows += page["items"]
                cursor = {"cursor": page["next"]} if page["next"] else None
            return rows

        entries, cursor = [], None
        while cursor is None or page.get("next"):
            page = self.portal.get("/journal", kind="alert.", limit=200, **({"cursor": cursor} if cursor else {}))
            entries += [e["seq"] for e in page["items"]]
            cursor = page.get("next") or ""
        seen = soon(10, "what became of alerts stands among the logs", lambda: [r["fields"]["entry"] for r in found("kind:alert")],
                    lambda rows: len(rows) >= len(entries))
        check("... each once", sorted(int(n) for n in seen), sorted(entries))
        rows = found("kind:trap device:dc-core-a type:fan-failed")
        check("the fan's trap is there with its words", [r["fields"]["message"] for r in rows], lambda all: any("Fan 1" in m or "ファン" in m for m in all))
        both = {r["kind"] for r in found("kind:alert,trap device:dc-core-a")}
        check("one search shows both", both, lambda kinds: {"alert", "trap"} <= kinds)

    def no_trap_is_unaccounted_since_start(self):
        counters = soon(10, "after the restart, too: received = stored + refused", lambda: self.portal.get("/traps/counters"),
                        lambda c: c["received"] == c["stored"] + sum(c["refused"].values()))
        check("none was lost", counters["lost_in_kernel"], 0)

    def the_server_ends_when_asked(self):
        check("exit status", self.server.stop(), 0)
        check("it complained of nothing as an error", [line for line in self.server.said().splitlines() if "[error]" in line], [])


STEPS = [
    Drive.sets_the_first_administrator_up, Drive.sees_all_devices_up, Drive.a_branch_loses_its_power,
    Drive.its_clocks_are_the_contracts, Drive.people_are_told, Drive.a_fan_brings_the_devices_log,
    Drive.a_changed_host_key_is_refused, Drive.a_silenced_device_opens_no_incident, Drive.what_outlives_its_silence_is_told,
    Drive.a_stranger_is_shown_and_accepted,
    Drive.a_stranger_without_engine_gets_its_device, Drive.no_trap_is_unaccounted, Drive.what_is_mended_is_clear, Drive.its_return_opens_nothing,
    Drive.the_incident_is_worked_and_closed, Drive.the_month_is_reported, Drive.the_journal_is_whole,
    Drive.nothing_is_lost_by_a_sudden_death, Drive.logs_hold_alerts_and_traps, Drive.the_server_ends_when_asked,
]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server below ends, too
    path = Drive()
    try:
        for step in STEPS:
            began, failed = time.monotonic(), Count.failed
            try:
                step(path)
            except StepFailed:
                pass
            except Exception:
                Count.failed += 1
                print(f"FAILED: {step.__name__.replace('_', ' ')}: {traceback.format_exc(limit=-2)}", flush=True)
            mark = "ok" if Count.failed == failed else "failed"
            print(f"{mark:7} {step.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
    finally:
        path.server.stop()
    if Count.failed:
        print("--- what the server said ---\n" + path.server.said()[-3000:])
    print(f"{Count.passed} passed, {Count.failed} failed, 0 skipped", flush=True)


main()
