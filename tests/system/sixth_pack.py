"""A made-up municipality on the real server: its people sign in, one of its forms runs to its effect, a clock of its own
runs by its own hours and events. Everything of it is data: tests/packs/hanasato.

Started by sixth_pack_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed,
N skipped.
"""
import datetime
import os
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, City, check, counted, decide, refused, soon
from portal import Portal, totp
from server_process import PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
VILLAGE = "hanasato"
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


def today():
    return datetime.datetime.now(JAPAN).date()


def computed(rule, kind, at):
    """The due instant as the command line computes it from the same pack."""
    said = subprocess.run([TOP / "build/bin/yagura", "calendar", "deadline", "--pack", TOP / "tests/packs" / VILLAGE, "--rule", rule,
                           "--site-kind", kind, "--at", at.astimezone(JAPAN).strftime("%Y-%m-%dT%H:%M:%S")],
                          stdout=subprocess.PIPE, check=True, env={**os.environ, "YAGURA_SHARE": str(TOP / "share")})
    return datetime.datetime.fromisoformat(said.stdout.decode().splitlines()[0]).replace(tzinfo=JAPAN)


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def its_form(city, site):
    hana, watch, elder, staff = (city[n] for n in ("hana", "watch", "elder", "staff"))
    forms = hana.get("/forms")["items"]
    check("the form of this village alone, in its words", [(f["id"], f["title"]["ja"]) for f in forms], [("radio_loan", "無線機貸出願")])
    back = (today() + datetime.timedelta(days=2)).isoformat()
    refused("six people need a guide", "schema.missing", lambda: hana.post("/requests", {"form": "radio_loan", "values": {
        "party": "夏山会", "people": "6", "site": str(site), "back_on": back}}))
    seen = hana.post("/requests", {"form": "radio_loan", "values": {
        "party": "夏山会", "people": "6", "guide": "源三", "site": str(site), "back_on": back}})
    check("numbered as this village numbers", seen["number"], lambda n: "-musen-0001" in n)
    decide(watch, seen, "watch", radio="7", battery="full")
    decide(elder, seen, "elder")
    check("handed over", decide(staff, seen, "lending")["state"], "approved")
    rows = soon(20, "the radio enters the ledger of this village alone", lambda: watch.get("/ledgers/radios/rows")["items"], lambda r: len(r) == 1)
    if rows:
        check("with what was filled in", {k: rows[0]["fields"][k] for k in ("number", "party", "guide", "state", "back_on", "from")},
              lambda f: (f["number"], f["party"], f["guide"], f["state"], f["back_on"]) == ("無線機 7", "夏山会", "源三", "out", back)
              and str(site) in str(f["from"]))


def its_clock(city, site):
    watch = city["watch"]
    made = watch.post("/incidents", {"title": "山小屋の無線が出ない", "severity": "major", "site": site})

    def clocks():
        return {c["rule"]: c for c in watch.get(f"/incidents/{made['id']}")["clocks"]}

    seen = soon(10, "the village's own clocks run", clocks, lambda c: set(c) == {"answer", "climb"})
    check("named in its words", seen["climb"]["name"]["ja"], lambda n: "現地到着" in n)
    started = instant(seen["climb"]["started"])
    check("due by its own limit for the hut", instant(seen["climb"]["due"]).replace(microsecond=0), computed("climb", "hut", started))
    check("and warns in the target's own time", instant(seen["climb"]["due"]) - instant(seen["climb"]["warn_at"]), datetime.timedelta(hours=1))
    watch.post(f"/incidents/{made['id']}/events", {"event": "road_closed", "note": "雪"})
    check("its own event lets it stand still", clocks()["climb"]["state"], "paused")
    watch.post(f"/incidents/{made['id']}/events", {"event": "road_open"})
    check("and run again", clocks()["climb"]["state"], "running")
    watch.post(f"/incidents/{made['id']}/events", {"event": "contacted"})
    check("the other is kept", clocks()["answer"]["state"], "met")


def main():
    with counted() as begun:
        server = begun(ServerProcess(RUN, more=["--packs", TOP / "tests/packs", "--contract", VILLAGE], contract=None))
        admin = Portal(f"127.0.0.1:{PORT}", VILLAGE)
        admin.set_up(server.start(), PASSWORD)
        city = City(admin, VILLAGE, [("elder", "city_supervisor", "総務係"), ("staff", "city_staff", "総務係"), ("hana", "employee", "消防団"),
                                     ("watch", "operator", "見守り"), ("chief", "contractor_manager", "見守り")])
        watch = city["watch"]
        # The code of set-up is spent; the next one is good already.
        watch.sign_in("hanasato.watch", PASSWORD, totp(watch.secret, time.time() + 30))
        site = city["chief"].post("/ledgers/sites/rows", {"fields": {"name": "花里岳小屋", "kind": "hut"}})["id"]
        its_form(city, site)
        its_clock(city, site)
        check("the server ends when it is asked", server.stop(), 0)


main()
