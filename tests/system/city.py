"""What tests on the real server share: counting, waiting, ending, and the people of a contract signed in from addresses of their own."""
import contextlib
import sys
import time
import traceback

from portal import Portal, Refused, papers_of
from server_process import PORT

PASSWORD = "yagura no ichiban taka 7"
MAIL_DOMAIN = "city.example"


class Count:
    passed = failed = skipped = 0


def check(words, there, expected=True):
    """One assertion; `expected` may be a value or a predicate."""
    if expected(there) if callable(expected) else there == expected:
        Count.passed += 1
        return
    Count.failed += 1
    print(f"FAILED: {words}\n    expected: {expected!r}\n    there:    {str(there)[:1200]}", flush=True)


def soon(seconds, words, look, good):
    end = time.monotonic() + seconds
    while True:
        there = look()
        if good(there) or time.monotonic() >= end:
            check(f"{words} (within {seconds} s)", there, good)
            return there
        time.sleep(0.2)


@contextlib.contextmanager
def counted():
    """The frame of a test: what is raised within is a failure; then all that `begun` was told of ends, latest first, what servers
    said is shown when anything failed, and the last line counts.

        with counted() as begun:
            server = begun(ServerProcess(RUN))"""
    children = []

    def begun(child):
        children.append(child)
        return child

    try:
        yield begun
    except Exception:  # noqa: BLE001 - whatever it is, it is a failure of this run
        Count.failed += 1
        print("FAILED: " + traceback.format_exc(), flush=True)
    for child in reversed(children):
        (getattr(child, "stop", None) or child.kill)()
    for child in children if Count.failed else []:
        if hasattr(child, "said"):
            print("--- what was said ---\n" + child.said()[-2500:], flush=True)
    print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped", flush=True)
    sys.exit(Count.failed != 0)


def refused(words, code, act):
    try:
        check(words, act(), f"refused with {code}")
    except Refused as answer:
        check(words, answer.problem.get("code"), code)


class City:
    """The people of one contract, each signed in from an address of his own; domain: "" for people without mail."""
    addresses = 0

    def __init__(self, admin, contract, people, domain=MAIL_DOMAIN):
        self.people = {}  # the supervisor first: the contractor's people need an approval
        for login, role, section in people:
            account = {"login": f"{contract}.{login}", "name": f"試験 {login}", "role": role, "organisation": section}
            if domain:
                account["mail"] = f"{contract}.{login}@{domain}"
            made = admin.call("POST", "/people", account, {"contract": contract})
            for entry in admin.call("GET", "/roster", query={"contract": contract})["items"]:
                if entry["person"] == made["id"] and entry["state"] == "submitted":
                    if entry["papers_missing"]:
                        admin.call("POST", f"/roster/{entry['id']}/papers", papers_of(entry), {"contract": contract})
                    self.approver.call("POST", f"/roster/{entry['id']}/decision", {"decision": "approve"}, {"contract": contract})
            link = admin.call("POST", f"/people/{made['id']}/invite", {}, {"contract": contract})["link"]
            City.addresses += 1
            portal = Portal(f"127.0.0.1:{PORT}", contract, f"127.0.1.{City.addresses}")
            portal.set_up(link, PASSWORD)
            portal.person = made["id"]
            self.people[login] = portal
            if role == "city_supervisor":
                self.approver = portal

    def __getitem__(self, login):
        return self.people[login]


def decide(portal, seen, step, decision="approve", note="", **values):
    return portal.post(f"/requests/{seen['id']}/decision",
                       {"version": portal.get(f"/requests/{seen['id']}")["version"], "step": step, "decision": decision,
                        "note": note, "values": values})
