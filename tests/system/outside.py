"""Directories and issuers that accept a connection and never answer, many at once: who signs in with a password of ours
must not notice.

Started by outside_test.sh inside a network namespace. Prints what failed; last line: N passed, N failed, N skipped.
"""
import http.client
import json
import socket
import ssl
import sys
import threading
import time
import traceback
from pathlib import Path

from city import PASSWORD, Count, check
from portal import Portal
from server_process import PORT, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
LDAP_PORT, ISSUER_PORT, TIMEOUT = 10389, 10080, 3
# Each has a rest of its own after a failure: several of a kind show that they have no turns of their own.
MANY = range(4)


class Silent:
    """Accepts, keeps, and says nothing."""

    def __init__(self, port):
        self.kept = []
        self.socket = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            self.kept.append(self.socket.accept()[0])


def settings_file(wrong=""):
    directories = "\n".join(
        f"""  ad{n}: {{name: {{ja: 市の AD {n}, en: City AD {n}}}, servers: ["ldap://127.0.0.1:{LDAP_PORT}"],
    principal: "{{login}}@city.example.jp", timeout_seconds: {TIMEOUT}, allow_plain: true}}""" for n in MANY)
    issuers = "\n".join(
        f"""  id{n}: {{name: {{ja: 市の ID {n}, en: City ID {n}}}, issuer: "http://127.0.0.1:{ISSUER_PORT}/{n}", client: yagura,
    secret: {{contract: {CONTRACT}, credential: none}}, timeout_seconds: {TIMEOUT}, allow_plain: true{wrong}}}""" for n in MANY)
    file = RUN / "directories.yaml"
    file.write_text(f"directories:\n{directories}\nsign_on:\n{issuers}\n")
    file.chmod(0o600)
    return file


class Addresses:
    used, lock = 0, threading.Lock()


def ask(path, body):
    """Status, Retry-After, answer; each from an address of its own, for rates are by address."""
    with Addresses.lock:
        Addresses.used += 1
        source = f"127.0.{2 + Addresses.used // 250}.{1 + Addresses.used % 250}"
    connection = http.client.HTTPSConnection(f"127.0.0.1:{PORT}", context=ssl._create_unverified_context(), timeout=60,
                                             source_address=(source, 0))
    connection.request("POST", "/api/v1" + path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.headers["Retry-After"], json.loads(answer.read())


def main():
    server = None
    try:
        ldap, issuer = Silent(LDAP_PORT), Silent(ISSUER_PORT)
        server = ServerProcess(RUN, more=("--directories", settings_file(), "--public-address", f"https://127.0.0.1:{PORT}"))
        admin = Portal(f"127.0.0.1:{PORT}", CONTRACT, "127.0.1.1")
        admin.set_up(server.start(), PASSWORD)
        what_cannot_be_set(server)
        tokens = []
        for n in MANY:
            made = admin.post("/people", {"login": f"taro{n}", "name": f"試験 {n}", "role": "city_staff", "directory": f"ad{n}"})
            tokens.append(admin.post(f"/people/{made['id']}/invite", {})["link"].split("#")[1])
        everybody_at_once(tokens)
        check("the silent directories were asked", len(ldap.kept), lambda n: n > 0)
        check("the silent issuers were asked", len(issuer.kept), lambda n: n > 0)
        check("the server ends when it is asked", server.stop(), 0)
    except Exception:  # noqa: BLE001 - whatever it is, it is a failure of this run
        Count.failed += 1
        print("FAILED: " + traceback.format_exc(), flush=True)
    if server:
        server.stop()
    if Count.failed and server:
        print("--- what the server said ---\n" + server.said()[-2500:], flush=True)
    print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped")
    sys.exit(Count.failed != 0)


def what_cannot_be_set(server):
    server.stop()
    for wrong in (", also_in: ad0", ", also_in: id0", ", also_in: nowhere", ", session_hours: 13", ", session_hours: 0"):
        settings_file(wrong)
        try:
            server.start(10)
            check(f"it does not start with{wrong}", "started")
        except RuntimeError as fault:
            check(f"it says what is wrong with{wrong}", wrong[2:].split(":")[0] in str(fault) and "id0" in str(fault))
    settings_file()
    server.start()


def everybody_at_once(tokens):
    said, over = [], threading.Event()

    def insist(path, body):
        while not over.is_set():
            said.append(ask(path, body))
            time.sleep(0.2)

    waiting = [threading.Thread(target=insist, args=("/setup", {"token": token, "password": "Matsu-1-saka"})) for token in tokens]
    waiting += [threading.Thread(target=insist, args=("/session/sign-on", {"provider": f"id{n}"})) for n in MANY]
    for one in waiting:
        one.start()
    time.sleep(0.5)
    slowest, served = 0, 0
    end = time.monotonic() + 12
    while time.monotonic() < end:
        began = time.monotonic()
        status, _, answer = ask("/session", {"login": "admin", "password": PASSWORD})
        slowest = max(slowest, time.monotonic() - began)
        served += status == 200 and answer["state"] == "second_factor"
        time.sleep(0.2)
    over.set()
    for one in waiting:
        one.join()
    codes = {answer.get("code") for _, _, answer in said}
    check("a password of ours is always served", served, lambda n: n >= 10)
    check("and at once", slowest, lambda seconds: seconds < 1.5)
    check("the others hear what there is to say", codes, {"people.outside_busy", "people.directory_away", "people.sign_on_away"})
    busy = [(status, wait) for status, wait, answer in said if answer.get("code") == "people.outside_busy"]
    check("busy says when to come again", set(busy), {(503, "5")})
    check("busy says what to do", all(answer.get("advice") for _, _, answer in said if answer.get("code") == "people.outside_busy"))
    print(f"{len(said)} tries at {len(MANY)} directories and {len(MANY)} issuers that never answer, {len(busy)} told that there was no "
          f"turn; {served} sign-ins with a password of ours meanwhile, the slowest {slowest * 1000:.0f} ms", flush=True)


main()
