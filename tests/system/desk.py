"""The desk as people use it, on the real server, with a real mail server on each side.

Started by desk_mail_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed,
N skipped.
"""
import sys
import time
from pathlib import Path

from city import PASSWORD, City, check, counted, refused, soon
from mail_servers import IMAP_PORT, IMAPS_PORT, NAME, PASSWORD as MAIL_PASSWORD, SMTP_PORT, SMTP_TLS_PORT, SMTPS_PORT, MailServers, authority
from portal import Portal
from server_process import PORT, ServerProcess

RUN = Path(sys.argv[1])
OKAYAMA = "okayama"


def a_call(people):
    op = people["operator"]
    contact = op.post("/ledgers/contacts/rows", {"fields": {"name": "髙橋 花子", "kana": "たかはし はなこ", "organisation": "財政課",
                                                           "extension": "2345"}})["id"]
    found = op.get("/callers", q="2345")["items"]
    check("found by the extension", [one["id"] for one in found], [contact])
    made = op.post("/tickets", {"kind": "inquiry", "title": "表計算の使い方", "caller": {"contact": contact}})
    check("with what the ledger knows", (made["caller"]["name"], made["caller"]["section"]), ("髙橋 花子", "財政課"))
    check("the caller's history", [t["id"] for t in op.get("/tickets", contact=contact)["items"]], [made["id"]])
    check("found by a fragment", [t["id"] for t in op.get("/tickets", q="表計算")["items"]], [made["id"]])
    seen = people["staff"].get(f"/incidents/{made['id']}")
    check("masked for who may not see people", (seen["caller"]["name"], seen["caller"]["masked"]), (None, True))


def a_repair(people):
    op = people["operator"]
    loan = op.post("/ledgers/loans/rows", {"fields": {"number": "代替 1 号", "kind": "notebook", "state": "ready"}})["id"]
    made = op.post("/tickets", {"kind": "repair", "title": "画面が割れた", "caller": {"name": "髙橋 花子", "mail": "hanako@example.jp"}})
    event = lambda name, **more: op.post(f"/incidents/{made['id']}/events", {"event": name, **more})
    refused("not returned before it was checked", "desk.event_too_early", lambda: event("returned"))
    event("triaged")
    check("a loan machine goes out", event("loaned", loan=loan)["loan_name"], "代替 1 号")
    check("as its ledger says", op.get(f"/ledgers/loans/rows/{loan}")["fields"]["state"], "lent")
    event("sent_to_vendor")
    event("back_from_vendor")
    event("repair_checked")
    refused("nothing is closed while it is out", "desk.loan_out_conflict", lambda: op.post(f"/incidents/{made['id']}/close", {"reason": "済"}))
    event("loan_returned")
    check("looked at before it goes out again", op.get(f"/ledgers/loans/rows/{loan}")["fields"]["state"], "repair")
    check("at its last stage", event("returned")["stage"], "returned")
    op.post(f"/incidents/{made['id']}/close", {"reason": "画面を交換"})
    return made


def an_inquiry(people):
    a, b, op = people["employee.a"], people["employee.b"], people["operator"]
    attach = lambda who, name, content: who.call("POST", "/attachments", query={"contract": OKAYAMA}, files={"file": (name, content)})["id"]
    opened = lambda who, file: who.call("GET", f"/inquiries/{made['id']}/files/{file}", query={"contract": OKAYAMA}, raw=True)
    photo, manual, inside = attach(a, "画面.png", b"PHOTO"), attach(op, "手順.pdf", b"MANUAL"), attach(op, "内部.txt", b"INSIDE")
    made = a.post("/inquiries", {"title": "印刷できない", "detail": "朝から", "attachments": [photo]})
    check("his file is with it", (opened(a, photo), [f["name"] for f in made["files"]]), (b"PHOTO", ["画面.png"]))
    refused("another does not see it", "desk.incident_not_found", lambda: b.get(f"/inquiries/{made['id']}"))
    op.post(f"/incidents/{made['id']}/replies", {"text": "用紙を入れてください", "answers": True, "attachments": [manual]})
    op.post(f"/incidents/{made['id']}/notes", {"text": "内部", "attachments": [inside]})
    check("he opens the file of the answer", opened(a, manual), b"MANUAL")
    refused("not that of a note", "web.not_found", lambda: opened(a, inside))
    refused("another opens none", "desk.incident_not_found", lambda: opened(b, manual))
    check("its answer", [m["body"] for m in a.get(f"/inquiries/{made['id']}")["messages"]], ["用紙を入れてください"])


def mail(people, servers, server):
    op = people["operator"]
    first_id = servers.send("ichiro@example.jp", "VPN につながらない", "自宅からです。\n", files=[("画面.png", b"\x89PNG\r\n")])
    found = soon(30, "a mail becomes a ticket", lambda: op.get("/tickets", q="VPN")["items"], lambda t: len(t) == 1)
    ticket = op.get(f"/incidents/{found[0]['id']}")
    check("with who sent it", (ticket["channel"], ticket["caller"]["mail"]), ("mail", "ichiro@example.jp"))
    check("its file is kept", len(ticket["messages"][0]["attachments"]), 1)
    got = soon(30, "he is told that it was received", lambda: servers.inbox("ichiro"), lambda mails: len(mails) == 1)
    check("in the thread of his mail, by a machine", (got[0]["In-Reply-To"], got[0]["Auto-Submitted"]), (first_id, "auto-replied"))
    check("with its number", ticket["number"] in got[0]["Subject"])
    op.post(f"/incidents/{ticket['id']}/replies", {"text": "機器を再起動してください。"})
    got = soon(30, "the desk's answer arrives", lambda: servers.inbox("ichiro"), lambda mails: len(mails) == 2)
    check("as it was written", "再起動" in got[1].get_content() and got[1]["Auto-Submitted"] is None)
    servers.send("ichiro@example.jp", "Re: 別の件名", "直りました。\n> 機器を再起動してください。\n", In_Reply_To=got[1]["Message-ID"])
    after = soon(30, "his answer joins the ticket", lambda: op.get(f"/incidents/{ticket['id']}")["messages"], lambda m: len(m) == 4)
    check("without the quotation", after[-1]["body"], "直りました。")
    servers.send("ichiro@example.jp", f"[{ticket['number']}] 不在です", "戻り次第ご連絡します。", Auto_Submitted="auto-replied")
    soon(30, "an absence reply is kept", lambda: op.get(f"/incidents/{ticket['id']}")["messages"], lambda m: len(m) == 5)
    servers.send("desk@example.jp", "自分から", "輪になる")
    servers.send("robot@example.jp", "お知らせ", "大量配信", Precedence="bulk")
    servers.send("ichiro@example.jp", "もう一件", "別の用件")
    soon(30, "what came after is taken", lambda: op.get("/tickets", q="もう一件")["items"], lambda t: len(t) == 1)
    check("a loop and a mailing open nothing", [op.get("/tickets", q=word)["total"] for word in ("自分から", "お知らせ")], [0, 0])
    soon(20, "a machine is not answered", lambda: len(servers.inbox("ichiro")), lambda n: n == 3)
    # Killed in the middle of it: nothing is lost and nothing taken twice.
    for number in range(6):
        servers.send("jiro@example.jp", f"停電の件 {number}", "x", message_id=f"<power-{number}@example.jp>")
    time.sleep(0.5)
    server.kill()
    servers.send("jiro@example.jp", "停電の件 6", "x", message_id="<power-6@example.jp>")
    server.start()
    soon(40, "each mail once, through a kill", lambda: sorted(t["title"] for t in op.get("/tickets", q="停電の件")["items"]),
         lambda titles: titles == [f"停電の件 {n}" for n in range(7)])


def with_mail(server, servers, imap, smtp, *more, ca=None):
    """Starts again with other mail servers; answers nothing, as everybody is still signed in."""
    check("the server ends when it is asked", server.stop(), 0)
    server.more = ["--contract", OKAYAMA, "--smtp", smtp, "--smtp-from", "desk@example.jp", "--desk-mail", f"{OKAYAMA}={imap}/INBOX",
                   "--desk-mail-password-file", RUN / "password", "--mail-ca", ca or servers.ca, *more]
    server.start()


def through_tls(people, servers, server):
    """What was so far went by STARTTLS; now TLS from the first byte, and then servers that are not to be believed."""
    op = people["operator"]
    with_mail(server, servers, f"imaps://desk@{NAME}:{IMAPS_PORT}", f"smtps://{NAME}:{SMTPS_PORT}")
    before = len(servers.inbox("ichiro"))
    servers.send("ichiro@example.jp", "暗号の件", "x")
    soon(30, "a mail is read over imaps", lambda: op.get("/tickets", q="暗号の件")["items"], lambda t: len(t) == 1)
    soon(30, "and answered over smtps", lambda: len(servers.inbox("ichiro")), lambda n: n == before + 1)

    stranger = authority(RUN / "stranger", "stranger")
    plain = servers.plain_imap()
    for words, imap, smtp, more, ca, said in (
            ("of an unknown authority", f"imap://desk@{NAME}:{IMAP_PORT}", f"smtp://{NAME}:{SMTP_TLS_PORT}", ["--smtp-tls"], stranger, "certificate_refused"),
            ("that names another host", f"imaps://desk@127.0.0.1:{IMAPS_PORT}", f"smtps://127.0.0.1:{SMTPS_PORT}", [], None, "certificate_refused"),
            ("that is not there to be read", f"imaps://desk@{NAME}:{IMAPS_PORT}", f"smtps://{NAME}:{SMTPS_PORT}", [], RUN / "nowhere.pem", "certificate_refused"),
            ("that is none, for the server has no TLS", f"imap://desk@127.0.0.1:{plain}", f"smtp://127.0.0.1:{SMTP_PORT}", ["--smtp-tls"], None, "tls_missing")):
        with_mail(server, servers, imap, smtp, *more, ca=ca)
        soon(15, f"a certificate {words}: the mailbox is left alone and it is said why", server.said_now,
             lambda text: f"mail of the desk: notify.{said}" in text)
        check(f"a certificate {words}: nobody tried to sign in in the clear", [line for line in servers.heard if b"LOGIN" in line.upper() or b"AUTH" in line.upper()], [])
        got = len(servers.inbox("ichiro"))
        found = op.get("/tickets", q="暗号の件")["items"][0]
        op.post(f"/incidents/{found['id']}/replies", {"text": f"回答 {words}"})
        last = soon(15, f"a certificate {words}: the answer was tried and waits", lambda: op.get(f"/incidents/{found['id']}")["messages"][-1],
                    lambda m: m["state"] == "queued")
        time.sleep(6)
        check(f"a certificate {words}: nothing was sent", (len(servers.inbox("ichiro")), op.get(f"/incidents/{found['id']}")["messages"][-1]["id"]), (got, last["id"]))


def main():
    with counted() as begun:
        servers = begun(MailServers(RUN, ["desk", "ichiro", "jiro", "hanako"]))
        (RUN / "password").write_text(MAIL_PASSWORD)
        server = begun(ServerProcess(RUN, more=["--contract", OKAYAMA, "--smtp", f"smtp://{NAME}:{SMTP_TLS_PORT}", "--smtp-from", "desk@example.jp",
                                                "--smtp-tls", "--desk-mail", f"{OKAYAMA}=imap://desk@{NAME}:{IMAP_PORT}/INBOX",
                                                "--mail-ca", servers.ca, "--desk-mail-password-file", RUN / "password"]))
        admin = Portal(f"127.0.0.1:{PORT}", OKAYAMA)
        servers.start()
        admin.set_up(server.start(), PASSWORD)
        people = City(admin, OKAYAMA, [("supervisor", "city_supervisor", "デジタル推進課"), ("staff", "city_staff", "デジタル推進課"),
                                   ("operator", "operator", "受託者"), ("employee.a", "employee", "財政課"),
                                   ("employee.b", "employee", "税務課")], domain="")
        a_call(people)
        a_repair(people)
        an_inquiry(people)
        mail(people, servers, server)
        soon(30, "the notice of the repaired machine went out by mail", lambda: [m["Subject"] for m in servers.inbox("hanako")],
             lambda subjects: len(subjects) == 1 and "画面が割れた" in subjects[0])
        through_tls(people, servers, server)
        check("who looked at callers is on record", admin.get("/journal", kind="personal.read")["items"], lambda e: len(e) > 0)
        check("the server ends when it is asked", server.stop(), 0)


main()
