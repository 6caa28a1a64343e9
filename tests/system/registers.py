"""Deliverables, attachments before a real clamd, passwords by two people, hand-over and erasure on the real server.

Started by registers_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed,
N skipped.
"""
import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from city import PASSWORD, City, check, counted, refused, soon
from portal import Portal
from server_process import PORT, SYSLOG_PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
SAPPORO = "sapporo"
# The scanners' test file, in two parts so that this source is no hit.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
SECRET = "Aa-秘密の言葉-9"


class Clamd:
    """A clamd with one signature of our own: nothing is fetched from anywhere."""

    def __init__(self, folder):
        self.folder, self.child = Path(folder), None
        (self.folder / "db").mkdir(parents=True)
        (self.folder / "db/test.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
        self.socket = self.folder / "socket"
        (self.folder / "conf").write_text(f"Foreground yes\nLocalSocket {self.socket}\nDatabaseDirectory {self.folder}/db\n"
                                          f"TemporaryDirectory {self.folder}\nLogFile {self.folder}/log\n")

    def start(self):
        self.child = subprocess.Popen(["/usr/sbin/clamd", f"--config-file={self.folder}/conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while not self.socket.exists() and time.monotonic() < end:
            time.sleep(0.1)

    def stop(self):
        if self.child:
            self.child.terminate()
            self.child.wait()
            self.child = None


def upload(portal, name, content):
    return portal.call("POST", "/attachments", query={"contract": SAPPORO}, files={"file": (name, content)})


def scanned(city, clamd):
    manager, supervisor = city["manager"], city["city"]
    refused("an infected file is refused", "ledger.attachment_infected", lambda: upload(manager, "報告.docx", EICAR))
    check("and nothing of it is kept but the entry", len(supervisor.get("/journal", kind="attachment.infected")["items"]), 1)
    clamd.stop()
    waiting = upload(manager, "四月.docx", b"PK clean")
    check("its sender has it back", manager.call("GET", f"/attachments/{waiting['id']}", query={"contract": SAPPORO}, raw=True), b"PK clean")
    refused("nobody else while the scanner is away", "ledger.attachment_waiting_conflict", lambda: supervisor.get(f"/attachments/{waiting['id']}"))
    clamd.start()
    soon(60, "scanned when it is back", lambda: supervisor.get("/journal", kind="attachment.scanned")["items"], lambda e: len(e) == 1)
    check("and open to others", supervisor.call("GET", f"/attachments/{waiting['id']}", query={"contract": SAPPORO}, raw=True), b"PK clean")
    return waiting


def handed_in(city, server, file):
    manager, supervisor, operator = city["manager"], city["city"], city["operator"]
    items = manager.get("/deliverables", view="open", limit=200)["items"]
    check("what is to come is planned", len(items), lambda n: n > 10)
    check("what was due before is not late", manager.get("/deliverables/now")["late"], 0)
    item = next(i for i in items if i["deliverable"] == "monthly_report")
    hand_in = {"version": item["version"], "formats": ["docx"], "copies": 1, "files": [file["id"]]}
    refused("not by the operator", "desk.deliverable_forbidden", lambda: operator.post(f"/deliverables/{item['id']}/submissions", hand_in))
    done = manager.post(f"/deliverables/{item['id']}/submissions", hand_in)
    done = supervisor.post(f"/deliverables/{item['id']}/decision", {"version": done["version"], "decision": "give_back", "reason": "件数が合わない"})
    server.kill()
    server.start()
    check("the server's death changes nothing", manager.get(f"/deliverables/{item['id']}")["state"], "returned")
    done = manager.post(f"/deliverables/{item['id']}/submissions", {**hand_in, "version": done["version"]})
    done = supervisor.post(f"/deliverables/{item['id']}/decision", {"version": done["version"], "decision": "accept"})
    check("two versions, the first as it was", [s["state"] for s in done["handed_in"]], ["returned", "accepted"])
    check("planned once, however often it starts", len(manager.get("/deliverables", view="open", limit=200)["items"]), len(items) - 1)


def released(city):
    operator, supervisor = city["operator"], city["city"]
    row = operator.post("/ledgers/privileged_ids/rows", {"fields": {"name": "CS / Windows", "machine": "CS", "kind": "os", "login": "Administrator",
                                                                    "rotation": "april_october", "state": "in_use"}})["id"]
    changed = supervisor.post(f"/passwords/{row}", {"secret": SECRET, "on": time.strftime("%Y-%m-%d", time.gmtime())})
    check("due again by the contract's rotation", changed["next_change"], lambda d: d[5:] in ("04-30", "10-31"))
    asked = operator.post(f"/passwords/{row}/releases", {"reason": "障害復旧"})
    refused("not before another agrees", "ledger.release_conflict", lambda: operator.post(f"/releases/{asked['id']}/secret"))
    supervisor.post(f"/releases/{asked['id']}/decision", {"approve": True})
    check("shown to who asked", operator.post(f"/releases/{asked['id']}/secret")["secret"], SECRET)
    refused("once", "ledger.release_conflict", lambda: operator.post(f"/releases/{asked['id']}/secret"))


def yagura(*args):
    return subprocess.run([TOP / "build/bin/yagura", *args], capture_output=True, text=True,
                          env={**os.environ, "YAGURA_SHARE": str(TOP / "share"), "YAGURA_PACKS": str(TOP / "packs")})


def logged(city):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for n in range(5):
            out.sendto(f"<134>消すべき行 {n}".encode(), ("127.0.0.1", SYSLOG_PORT))
    soon(20, "five lines on disk", lambda: city["manager"].get("/syslog/counters"), lambda c: c["stored"] >= 5)


def logs_go_along(city, server):
    """Made in the portal, while the server runs."""
    manager = city["city"]
    job = manager.wait_job(manager.post("/handovers"))
    check("made in the portal", job["state"], "done")
    whole = manager.call("GET", f"/handovers/{job['result']}/file", query={"contract": SAPPORO}, raw=True)
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        names = [name for name in archive.getnames() if name.startswith("events/syslog/")]
        lines = b"".join(archive.extractfile(name).read() for name in names).splitlines()
    check("with the logs", sum("消すべき行" in str(json.loads(line)) for line in lines), 5)


def held_and_let_go(city, server, database, agreement):
    """A hold refuses the erasure, until two let it go."""
    held = city["city"].post("/log-holds", {"kinds": ["syslog"], "reason": "情報公開請求 第8号", "ordered_by": "総務部長"})["id"]
    check("the server ends before", server.stop(), 0)
    refused_by = erase(database, agreement, "--really")
    check("not while a hold stands", (refused_by.returncode, "総務部長" in refused_by.stderr), (1, True))
    server.start()
    city["city"].post(f"/log-holds/{held}/release", {"reason": "開示を終えた"})
    city["second"].post(f"/log-holds/{held}/decision", {"release": True})
    check("its lines are there still", city["manager"].get("/syslog/counters")["stored"], lambda n: n >= 0)
    busy = erase(database, agreement, "--really")
    check("not while a server has the logs", (busy.returncode, "yagurad" in busy.stderr), (1, True))


def handed_over(city, database):
    out = RUN / "handover"
    made = yagura("handover", "export", "--database", database, "--contract", SAPPORO, "--out", out)
    check("handed over while it runs", made.returncode, 0)
    check("and whole", yagura("handover", "verify", "--dir", out).returncode, 0)
    check("without the secret", [f for f in out.rglob("*") if f.is_file() and "秘密の言葉".encode() in f.read_bytes()], [])
    manifest = made.stdout.split("manifest ")[1].split()[0]
    agreed = city["city"].post("/erasures", {"reason": "契約の終了", "manifest": manifest})
    refused("nobody agrees with himself", "handover.erasure_own", lambda: city["city"].post(f"/erasures/{agreed['id']}/approval"))
    city["second"].post(f"/erasures/{agreed['id']}/approval")
    return str(agreed["id"])


def erase(database, agreement, *more):
    return yagura("handover", "erase", "--database", database, "--data", Path(database.removeprefix("sqlite:")).parent, "--contract", SAPPORO,
                  "--agreement", agreement, *more)


def erased(database, agreement):
    check("not without meaning it", erase(database, agreement).returncode, 1)
    done = erase(database, agreement, "--really")
    check("with its logs", json.loads(done.stdout)["logs"].get("syslog"), 5)
    events = Path(database.removeprefix("sqlite:")).parent / "events"
    check("of which nothing is left", [f for f in events.rglob("*") if f.is_file() and (f.suffix == ".seg" or "消すべき行".encode() in f.read_bytes())], [])
    check("erased", done.returncode, 0)
    check("with a certificate", done.stdout, lambda text: '"approved_by"' in text and '"sha256"' in text)
    kept = b"".join(f.read_bytes() for f in Path(database.removeprefix("sqlite:")).parent.glob("yagura.db*"))
    check("nothing of it is left in the file", [w for w in ("CS / Windows", "PK clean", "件数が合わない") if w.encode() in kept], [])
    check("once", erase(database, agreement, "--really").returncode, 1)


def main():
    with counted() as begun:
        clamd = begun(Clamd(RUN / "clamd"))
        clamd.start()
        server = begun(ServerProcess(RUN, more=["--contract", SAPPORO, "--clamd", clamd.socket], contract=None))
        database = f"sqlite:{server.data}/yagura.db"
        admin = Portal(f"127.0.0.1:{PORT}", SAPPORO)
        admin.set_up(server.start(), PASSWORD)
        city = City(admin, SAPPORO, [("city", "city_supervisor", "住民情報課"), ("second", "city_supervisor", "住民情報課"),
                                     ("manager", "contractor_manager", "受託者"), ("operator", "operator", "受託者")])
        handed_in(city, server, scanned(city, clamd))
        released(city)
        logged(city)
        agreement = handed_over(city, database)
        logs_go_along(city, server)
        held_and_let_go(city, server, database, agreement)
        check("the server ends when it is asked", server.stop(), 0)
        erased(database, agreement)


main()
