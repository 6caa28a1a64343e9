"""Requests as people make them, on the real server: forms of two cities' packs from submission to what they bring about.

Started by requests_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed,
N skipped.
"""
import datetime
import subprocess
import sys
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

from city import MAIL_DOMAIN, PASSWORD, City, check, counted, decide, refused, soon
from portal import Portal
from server_process import PORT, ServerProcess

RUN = Path(sys.argv[1])
OKAYAMA, MATSUSAKA = "okayama", "matsusaka"


def usb_memory(**changed):
    return {"form": "usb_connection", "values": {
        "kind": "usb_memory", "system": "internal", "maker": "Elecom", "model": "MF-ENU3A", "serial": "不明", "encrypted": "true",
        "pc": "PC-0123", "section": "財政課", "keeper": "山﨑", "purpose": "決算資料の受渡し", **changed}}


def today_in_japan():
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()


def fiscal_year_end(day):
    return f"{day.year + (0 if day.month < 4 else 1)}-03-31"


def a_medium_from_request_to_register(city, server):
    employee, head, operator, staff = (city[n] for n in ("employee", "head", "operator", "staff"))
    check("the employee finds the forms that employees may submit", {f["id"] for f in employee.get("/forms")["items"] if f["may_submit"]},
          lambda ids: {"usb_connection", "usb_temporary", "medium_lost", "web_filter", "software", "pc_setup"} <= ids
          and not {"master_update", "work_change"} & ids)
    refused("a form with gaps names them", "schema.missing",
            lambda: employee.post("/requests", {"form": "usb_connection", "values": {"kind": "usb_memory"}}))
    seen = employee.post("/requests", usb_memory())
    check("it has this fiscal year's number", seen["number"], lambda n: n.startswith("R") and "-usb-0001" in n)
    check("it waits for the head of the section", [s["id"] for s in seen["steps"] if s["state"] == "open"], ["head"])
    check("the head sees that it waits for him", [r["id"] for r in head.get("/requests", view="waiting")["items"]], [seen["id"]])
    check("for the operator it does not yet", operator.get("/requests", view="waiting")["items"], [])
    refused("nobody approves his own", "flow.own_request", lambda: decide(employee, seen, "head"))
    decide(head, seen, "head", "send_back", "管理する人の氏名を書いてください")
    seen = employee.get(f"/requests/{seen['id']}")
    check("it came back with the reason", (seen["state"], "氏名" in str(seen["steps"])), ("sent_back", True))
    seen = employee.post(f"/requests/{seen['id']}/submission", {"version": seen["version"], "values": {"keeper": "山﨑 太郎"}})
    check("the second round", seen["round"], 2)
    decide(head, seen, "head")
    refused("the virus check comes after the reception", "flow.not_open",
            lambda: decide(operator, seen, "virus_check", virus_result="clean", virus_program="ClamAV"))
    decide(operator, seen, "reception", vendor_id="056e", product_id="6003", serial_read="A0011223")
    refused("a check without its result", "schema.missing", lambda: decide(operator, seen, "virus_check"))
    decide(operator, seen, "virus_check", virus_result="clean", virus_program="ClamAV 1.0.7 / 27400")
    done = decide(staff, seen, "approval", policy="read_only")
    check("approved", done["state"], "approved")
    server.kill()  # between the decision and what it brings about
    server.start()
    seen = soon(20, "entered in the register", lambda: operator.get(f"/requests/{seen['id']}"),
                lambda r: [e["state"] for e in r["effects"]] == ["done"])
    rows = operator.get("/ledgers/media/rows")["items"]
    check("once, though the server died", [r["title"] for r in rows], [seen["number"]])
    fields = rows[0]["fields"]
    today = today_in_japan()
    check("with what was found and allowed", {k: fields[k] for k in ("serial", "policy", "keeper", "until", "state", "encrypted")},
          {"serial": "A0011223", "policy": "read_only", "keeper": "山﨑 太郎", "until": fiscal_year_end(today), "state": "in_use",
           "encrypted": True})
    check("its history names who asked and by which request",
          operator.get(f"/ledgers/media/rows/{rows[0]['id']}/history")["items"][0],
          lambda h: "試験 employee" in str(h) and seen["number"] in str(h))
    return rows[0]["id"]


def a_lost_medium(city, medium):
    employee, operator, supervisor = (city[n] for n in ("employee", "operator", "supervisor"))
    offered = employee.get("/forms/medium_lost/fields/medium/rows")["items"]
    check("the registered medium is offered", [c["id"] for c in offered], [medium])
    seen = employee.post("/requests", {"form": "medium_lost", "values": {
        "medium": str(medium), "noticed_at": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "place": "駅から庁舎までの間", "holds_personal": "false"}})
    decide(operator, seen, "stop")
    soon(15, "its permission ends", lambda: operator.get(f"/ledgers/media/rows/{medium}")["fields"],
         lambda f: (f["state"], f["policy"]) == ("lost", "none"))
    due = soon(15, "the report of the accident is due", lambda: supervisor.get("/deliverables", deliverable="accident_report")["items"],
               lambda items: len(items) == 1)
    check("it says which request told of it", due[0]["subject"], f"request/{seen['id']}")
    check("the city confirms", decide(supervisor, seen, "confirm")["state"], "approved")


def others_see_nothing(city, other_city):
    employee, other = city["employee"], other_city["staff"]
    number = employee.get("/requests")["items"][0]["id"]
    refused("another contract's people do not see it", "flow.request_not_found", lambda: other.get(f"/requests/{number}"))
    check("nor does it stand in their list", [r["form"] for r in other.get("/requests")["items"]], [])


def a_deputy_decides(city):
    employee, head, deputy = (city[n] for n in ("employee", "head", "deputy"))
    today = today_in_japan().isoformat()
    seen = employee.post("/requests", {"form": "web_filter", "values": {
        "address": "https://example.jp/", "who": "me", "section": "財政課", "purpose": "調査"}})
    refused("nobody else decides for the head", "flow.request_not_found", lambda: decide(deputy, seen, "head"))
    head.post("/deputies", {"person": head.person, "deputy": deputy.person, "from": today, "until": today})
    done = decide(deputy, seen, "head")
    check("a deputy does, and it says for whom", [d["for_name"] for d in done["steps"][0]["decisions"]], ["試験 head"])


def silence_on_request(city):
    staff, operator = city["staff"], city["operator"]
    manager = city["manager"]
    kind = next(f for l in manager.get("/ledgers")["items"] if l["id"] == "sites" for f in l["fields"] if f["id"] == "kind")
    site = manager.post("/ledgers/sites/rows", {"fields": {"name": "東分室", "kind": kind["choices"][0]["id"]}})["id"]
    device = manager.post("/ledgers/devices/rows", {"fields": {"name": "east-sw1", "class": "ups", "site": site,
                                                               "address": "127.0.0.21"}})["id"]
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    times = {"from": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "to": (now + datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    seen = staff.post("/requests", {"form": "silence", "values": {"what": "device", "device": str(device), **times, "reason": "計画停電"}})
    check("nothing is silent before it is confirmed", operator.get("/silences", state="running")["items"], [])
    decide(operator, seen, "setting")
    running = soon(15, "then it is", lambda: operator.get("/silences", state="running")["items"], lambda s: len(s) == 1)
    check("with who, why and until when", running[0],
          lambda s: s["who"] == "試験 staff" and seen["number"] in s["why"] and "計画停電" in s["why"] and s["to"].startswith(times["to"][:19]))
    soon(10, "and the device is shown so", lambda: [d["state"] for d in operator.get("/devices")["items"]], lambda s: s == ["silenced"])
    late = staff.post("/requests", {"form": "silence", "values": {
        "what": "device", "device": str(device), "from": "2020-01-01T00:00:00Z", "to": "2020-01-01T01:00:00Z", "reason": "昨日の停電"}})
    decide(operator, late, "setting")
    soon(15, "what cannot be done says why on the request", lambda: operator.get(f"/requests/{late['id']}")["effects"][0],
         lambda e: e["tries"] >= 1 and e["outcome"] and "monitor." not in e["outcome"])


def mails_were_sent(box, city):
    """Whoever has to decide and whoever asked are told by mail, with a link that opens, and with nothing filled in."""
    mails = lambda: [(m["To"], str(make_header(decode_header(m["Subject"]))), m.get_payload(decode=True).decode())
                     for m in (message_from_bytes(f.read_bytes()) for f in sorted(box.glob("new/*")))]
    asked = city["employee"].post("/requests", usb_memory(keeper="山﨑 花子"))
    head = f"okayama.head@{MAIL_DOMAIN}"
    got = soon(20, "the head of the section is written to", mails,
               lambda all_: any(head in to and asked["number"] in subject for to, subject, _ in all_))
    body = next((body for to, subject, body in got if head in to and asked["number"] in subject), "")
    check("with a link to the page", f"/requests/{asked['id']}?contract=okayama" in body, True)
    check("and nothing that was filled in", "花子" in body or "PC-0123" in body, False)
    decide(city["head"], asked, "head", "reject", "不要です")
    soon(20, "the employee is told how it ended", mails,
         lambda all_: any(f"okayama.employee@{MAIL_DOMAIN}" in to and asked["number"] in subject and "却下" in subject
                          for to, subject, _ in all_))


def mail_server(box):
    """A real SMTP server that keeps each mail as a file."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "/usr/bin/python3", "-m", "aiosmtpd", "-n", "-l", "127.0.0.1:2525",
                             "-c", "aiosmtpd.handlers.Mailbox", str(box)])


def main():
    with counted() as begun:
        box = RUN / "mail"
        begun(mail_server(box))
        server = begun(ServerProcess(RUN, more=["--contract", OKAYAMA, "--smtp", "smtp://127.0.0.1:2525", "--smtp-from", "yagura@city.example",
                                                "--public-address", f"https://127.0.0.1:{PORT}"]))
        admin = Portal(f"127.0.0.1:{PORT}", OKAYAMA)
        admin.set_up(server.start(), PASSWORD)
        city = City(admin, OKAYAMA, [("supervisor", "city_supervisor", "デジタル推進課"), ("staff", "city_staff", "デジタル推進課"),
                                     ("head", "employee", "財政課"), ("deputy", "employee", "財政課"), ("employee", "employee", "財政課"),
                                     ("operator", "operator", "受託者")])
        other = City(admin, MATSUSAKA, [("supervisor", "city_supervisor", "情報企画課"), ("staff", "city_staff", "情報企画課"),
                                        ("manager", "contractor_manager", "受託者"), ("operator", "operator", "受託者")])
        admin.post("/ledgers/sections/rows", {"fields": {"name": "財政課", "head": "okayama.head"}})
        medium = a_medium_from_request_to_register(city, server)
        a_lost_medium(city, medium)
        a_deputy_decides(city)
        others_see_nothing(city, other)
        silence_on_request(other)
        mails_were_sent(box, city)
        journal = admin.get("/journal", kind="request")["items"]
        check("all of it is in the journal", {e["kind"] for e in journal},
              lambda kinds: {"request.submitted", "request.effect_done", "request.event"} <= kinds)
        check("the server ends when it is asked", server.stop(), 0)


main()
