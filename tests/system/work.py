"""Work orders as people carry them, on the real server with sapporo's pack: from the city's request to acceptance, a
campaign, a notice, a visit, sudden ends in between, and the screen for work on site without a connection.

Started by work_test.sh inside a network namespace of its own. Prints what failed; last line: N passed, N failed, N skipped.
"""
import datetime
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from city import PASSWORD, City, Count, check, counted, refused, soon
from portal import Portal, Refused
from server_process import PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
SAPPORO = "sapporo"


def machines_of(manager):
    rows = {}
    for site, kind, devices in [("中央区役所", "ward_office", [("chuo-1", "terminal_d6012"), ("chuo-2", "terminal_d7014")]),
                                ("北区役所", "ward_office", [("kita-1", "terminal_d6012")]),
                                ("菊水分庁舎", "annex", [("cs-a", "cs"), ("kikusui-1", "terminal_d6012")])]:
        rows[site] = manager.post("/ledgers/sites/rows", {"fields": {"name": site, "kind": kind}})["id"]
        for name, device_class in devices:
            rows[name] = manager.post("/ledgers/devices/rows", {"fields": {"name": name, "class": device_class, "site": rows[site]}})["id"]
    return rows


def instant(days, hour=9):
    japan = datetime.timezone(datetime.timedelta(hours=9))
    at = datetime.datetime.now(japan).replace(hour=hour, minute=0, second=0, microsecond=0) + datetime.timedelta(days=days)
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plan(people, order, **changed):
    body = {"version": order["version"], "from": instant(10), "until": instant(10, 12), "workers": "太田、山﨑",
            "procedure": ["媒体を確認する", "更新を適用する"], **changed}
    return people["manager"].post(f"/work-orders/{order['id']}/plan", body)


def approve(people, order):
    return people["supervisor"].post(f"/work-orders/{order['id']}/decision", {"version": order["version"], "decision": "approve"})


def answer_for(step):
    return {"value": "19.2" if step["answer"] in ("text", "number") else ""}


def tick(portal, order, step, photo, result="ok", **more):
    return portal.post(f"/work-orders/{order['id']}/steps/{step['seq']}",
                       {"version": step["version"], "result": result, **answer_for(step),
                        "photographs": [photo] if step["photograph"] else [], **more})


def from_the_request_to_acceptance(people, rows, server):
    staff, manager, operator, supervisor = (people[n] for n in ("staff", "manager", "operator", "supervisor"))
    seen = staff.post("/requests", {"form": "work_order", "values": {
        "subject": "9 月の更新", "occasion": "notice", "notice": "J-LIS 第 12 号", "kind": "security_update", "scope": "site",
        "site": str(rows["中央区役所"]), "content": "OS の更新を適用する"}})
    manager.post(f"/requests/{seen['id']}/decision", {"version": seen["version"], "step": "receipt", "decision": "approve", "note": "", "values": {}})
    server.kill()  # between the decision and what it brings about
    server.start()
    seen = soon(20, "the form leads to an order", lambda: staff.get(f"/requests/{seen['id']}"),
                lambda r: [e["state"] for e in r["effects"]] == ["done"])
    orders = staff.get("/work-orders")["items"]
    check("one, though the server died", [o["title"] for o in orders], ["9 月の更新"])
    check("the form shows its number", seen["effects"][0]["outcome"], orders[0]["number"])
    order = staff.get(f"/work-orders/{orders[0]['id']}")
    check("and the order its form", (order["request_number"], order["site_name"], order["state"]), (seen["number"], "中央区役所", "ordered"))
    refused("the operator does not plan", "desk.work_role_forbidden", lambda: operator.post(
        f"/work-orders/{order['id']}/plan", {"version": order["version"], "from": instant(10), "until": instant(10, 12), "workers": "x", "procedure": ["x"]}))
    refused("too late is refused", "desk.work_plan_late", lambda: plan(people, order, **{
        "from": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT") + "23:58:00Z", "until": instant(10, 12)}))
    order = plan(people, order, devices=[rows["chuo-1"], rows["chuo-2"]])
    order = approve(people, order)
    # two of the procedure, two of the media, three for each of two terminals
    check("its steps are frozen", len(order["steps"]), 2 + 2 + 2 * 3)
    photo = operator.call("POST", "/attachments", query={"contract": SAPPORO}, files={"file": ("写真.jpg", b"jpeg")})["id"]
    refused("in their order", "desk.work_step_order", lambda: tick(operator, order, order["steps"][1], photo))
    seen = tick(operator, order, order["steps"][0], photo, "failed", note="媒体が読めない")
    check("a failed step stops it", seen["state"], "stopped")
    seen = manager.post(f"/work-orders/{order['id']}/stop-decision", {"version": seen["version"], "decision": "again", "reason": "別の媒体にした"})
    for step in seen["steps"]:
        seen = tick(operator, order, step, photo)
    server.kill()
    server.start()
    seen = operator.get(f"/work-orders/{order['id']}")
    check("nothing is lost", (seen["state"], seen["steps_answered"]), ("executing", 10))
    seen = operator.post(f"/work-orders/{order['id']}/end", {"reason": "すべて適用した", "key": "end-1"})
    check("sent twice is done once", operator.post(f"/work-orders/{order['id']}/end", {"reason": "すべて適用した", "key": "end-1"})["version"], seen["version"])
    refused("nobody accepts what he planned", "desk.work_role_forbidden", lambda: manager.post(
        f"/work-orders/{order['id']}/acceptance", {"version": seen["version"], "accepted": True}))
    seen = staff.post(f"/work-orders/{order['id']}/acceptance", {"version": seen["version"], "accepted": True})
    check("accepted by the city", (seen["state"], seen["accepted_by"]), ("accepted", "試験 staff"))
    check("who did what when stands in the history", [h["kind"] for h in seen["history"]],
          lambda kinds: kinds[0] == "work_order.ordered" and kinds[-1] == "work_order.accepted" and kinds.count("work_order.step") == 10)


def the_annual_check_by_campaign(people, rows):
    staff, manager, operator, supervisor = (people[n] for n in ("staff", "manager", "operator", "supervisor"))
    refused("the operator does not order", "desk.work_role_forbidden", lambda: operator.post("/campaigns", {"kind": "annual_check", "title": "x"}))
    campaign = staff.post("/campaigns", {"kind": "annual_check", "title": "年次の点検", "classes": ["cs", "terminal_d6012", "terminal_d7014"]})
    check("one order for each site", [(s["site_name"], s["orders"]) for s in campaign["sites"]], lambda s: len(s) == 3 and {n for _, n in s} == {1})
    orders = staff.get("/work-orders", campaign=campaign["id"])["items"]
    slots = [{"order": o["id"], "version": o["version"], "from": instant(10 + n), "until": instant(10 + n, 12)} for n, o in enumerate(orders)]
    manager.post(f"/campaigns/{campaign['id']}/plan", {"workers": "太田", "procedure": [], "orders": slots})
    slots = [{"order": o["id"], "version": o["version"] + 1} for o in orders]
    supervisor.post(f"/campaigns/{campaign['id']}/decision", {"orders": slots, "decision": "approve"})
    kikusui = next(o for o in staff.get("/work-orders", campaign=campaign["id"])["items"] if o["site_name"] == "菊水分庁舎")
    order = staff.get(f"/work-orders/{kikusui['id']}")
    check("thirteen items for the CS and sixteen for the terminal", len(order["steps"]), 29)
    photo = operator.call("POST", "/attachments", query={"contract": SAPPORO}, files={"file": ("写真.jpg", b"jpeg")})["id"]
    for step in order["steps"]:
        failed = step["title"]["ja"].startswith("周りにパスワード")
        seen = tick(operator, order, step, photo, "failed" if failed else "ok", note="付箋があった" if failed else "")
    check("a finding of a check does not stop it", seen["state"], "executing")
    operator.post(f"/work-orders/{order['id']}/end", {"reason": ""})
    issues = manager.get("/ledgers/issues/rows")["items"]
    check("it becomes a task", [(i["fields"]["kind"], i["fields"]["device"]) for i in issues], [("finding", rows["kikusui-1"])])
    site = next(s for s in staff.get(f"/campaigns/{campaign['id']}")["sites"] if s["site_name"] == "菊水分庁舎")
    check("progress by site", (site["finished"], site["answered"], site["failed"]), (1, 29, 1))


def passwords(people, rows):
    staff = people["staff"]
    order = staff.post("/work-orders", {"kind": "password_change", "title": "管理者パスワード", "devices": [rows["cs-a"], rows["kikusui-1"]]})
    order = plan(people, order, procedure=[])
    refused("without an id that is changed there is nothing to approve", "desk.work_no_passwords", lambda: approve(people, order))
    ids = [people["manager"].post("/ledgers/privileged_ids/rows", {"fields": {
        "name": f"{machine} / Administrator", "machine": machine, "kind": "os", "login": "Administrator", "state": "in_use",
        "rotation": "april_october"}})["id"] for machine in ("cs-a", "kikusui-1")]
    order = approve(people, order)
    vault = [step for step in order["steps"] if step["answer"] == "vault"]
    check("a step for each id in use, eight kinds of account of the CS, two of a terminal", (len(vault), len(order["steps"])), (2, 12))
    operator, manager = people["operator"], people["manager"]
    operator.post(f"/work-orders/{order['id']}/start", {"version": order["version"]})
    refused("nobody ticks it by hand", "desk.work_step_vault", lambda: operator.post(
        f"/work-orders/{order['id']}/steps/{vault[0]['seq']}", {"version": vault[0]["version"], "result": "ok", "value": "変えた"}))
    manager.post(f"/passwords/{ids[0]}", {"secret": "himitsu no aikotoba", "on": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")})
    seen = staff.get(f"/work-orders/{order['id']}")
    check("the vault's record does", [s["result"] for s in seen["steps"] if s["answer"] == "vault"], lambda r: sorted(r) == ["ok", "open"])
    check("and tells nobody the secret", "himitsu" in str(seen), False)


def a_notice_becomes_work(people):
    operator, manager, staff = (people[n] for n in ("operator", "manager", "staff"))
    notice = operator.post("/work-notices", {"source": "j_lis", "title": "緊急の修正", "reference": "第 13 号", "content": "全端末"})
    check("it waits to be assessed", (notice["state"], notice["may_assess"]), ("received", False))
    found = manager.post(f"/work-notices/{notice['id']}/assessment", {
        "version": notice["version"], "concerned": True, "urgency": "at_once", "reason": "版数が該当する", "kind": "setting_change",
        "classes": ["terminal_d6012", "terminal_d7014"]})
    check("every machine concerned has its order", (found["state"], found["machines"]), ("concerned", 4))
    check("by site", staff.get(f"/campaigns/{found['campaign']}")["whole"]["orders"], 3)


def sudden_ends(people, rows, server):
    """Two workers send the answers of a check while the server dies again and again: each is there once."""
    staff, operator, second = (people[n] for n in ("staff", "operator", "second"))
    order = staff.post("/work-orders", {"kind": "annual_check", "title": "点検", "devices": [rows["chuo-1"], rows["kita-1"], rows["cs-a"]]})
    order = approve(people, plan(people, order, procedure=[]))
    photo = operator.call("POST", "/attachments", query={"contract": SAPPORO}, files={"file": ("写真.jpg", b"jpeg")})["id"]
    left = {portal: [s for s in order["steps"] if s["seq"] % 2 == odd] for odd, portal in ((0, operator), (1, second))}
    trouble = []

    def worker(portal):
        for step in left[portal]:
            for attempt in range(200):
                try:
                    tick(portal, order, step, photo, key=f"sudden-{step['seq']}")
                    if attempt == 0:
                        tick(portal, order, step, photo, key=f"sudden-{step['seq']}")  # a telephone that did not hear the answer
                    break
                except Refused as answer:
                    if answer.status < 500:
                        trouble.append((step["seq"], answer.problem))
                        break
                except OSError:
                    pass
                except Exception as fault:  # noqa: BLE001 - a broken connection comes in many shapes
                    if attempt > 150:
                        trouble.append((step["seq"], repr(fault)))
                time.sleep(0.1)
            time.sleep(0.05)

    workers = [threading.Thread(target=worker, args=(portal,)) for portal in left]
    for thread in workers:
        thread.start()
    for _ in range(3):
        time.sleep(0.8)
        server.kill()
        server.start()
    for thread in workers:
        thread.join(90)
    check("nobody was refused", trouble, [])
    seen = staff.get(f"/work-orders/{order['id']}")
    check("each step was answered", seen["steps_answered"], 45)
    check("and once", {s["version"] for s in seen["steps"]}, {1})
    check("as the journal says", len({h["data"]["seq"] for h in seen["history"] if h["kind"] == "work_order.step"}), 45)
    check("once each", len([h for h in seen["history"] if h["kind"] == "work_order.step"]), 45)


def on_site(people, rows):
    """The screen for work on site in Chromium, with the network taken away and given back."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not (TOP / "ui/dist/index.html").is_file() or not Path(chromium).exists() or not (TOP / "ui/node_modules/playwright-core").is_dir():
        Count.skipped += 1
        print("skipped: no Chromium, or the screens are not built")
        return
    staff, operator = people["staff"], people["operator"]
    order = staff.post("/work-orders", {"kind": "relocation", "title": "端末の移設", "devices": [rows["kita-1"]]})
    order = approve(people, plan(people, order, procedure=["線を外す", "運ぶ", "線をつなぐ"]))
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date().isoformat()
    visit = operator.post("/visits", {"site": rows["北区役所"], "day": today, "workers": "太田", "orders": [order["id"]]})
    done = subprocess.run(["node", TOP / "tests/system/work_field.mjs", f"https://localhost:{PORT}", operator.cookie, str(order["id"]),
                           str(RUN)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                          env={**os.environ, "SECOND": people["second"].cookie, "SECOND_CSRF": people["second"].csrf, "CONTRACT": SAPPORO})
    text = done.stdout.decode(errors="replace")
    print(text, end="", flush=True)
    told = re.search(r"^(\d+) passed, (\d+) failed$", text, re.M)
    check("the tour of the screen comes to its end", bool(told))
    if told:
        Count.passed += int(told[1])
        Count.failed += int(told[2])
    seen = staff.get(f"/work-orders/{order['id']}")
    check("the order is done, each step once", (seen["state"], sorted(s["version"] for s in seen["steps"])), lambda s: s[0] == "done" and s[1].count(1) >= 5)
    check("the photograph came along", [s["photographs"] for s in seen["steps"] if s["photograph"]], lambda p: p and all(p))
    check("with the time at which it was done", [s["at"] < h["at"] for h in seen["history"] if h["kind"] == "work_order.step"
                                                 for s in seen["steps"] if s["seq"] == h["data"]["seq"]], lambda all_of: any(all_of))
    check("the visit has its times", {k: bool(v) for k, v in staff.get(f"/visits/{visit['id']}").items() if k in ("arrived_at", "left_at")},
          {"arrived_at": True, "left_at": True})


def main():
    with counted() as begun:
        server = begun(ServerProcess(RUN, more=["--contract", SAPPORO, "--ui", TOP / "ui/dist"] if (TOP / "ui/dist/index.html").is_file() else ["--contract", SAPPORO]))
        admin = Portal(f"127.0.0.1:{PORT}", SAPPORO)
        admin.set_up(server.start(), PASSWORD)
        people = City(admin, SAPPORO, [(login, role, "") for login, role in (
            ("supervisor", "city_supervisor"), ("staff", "city_staff"), ("manager", "contractor_manager"), ("operator", "operator"),
            ("second", "operator"))], domain="")
        rows = machines_of(people["manager"])
        from_the_request_to_acceptance(people, rows, server)
        the_annual_check_by_campaign(people, rows)
        passwords(people, rows)
        a_notice_becomes_work(people)
        sudden_ends(people, rows, server)
        on_site(people, rows)
        check("the server ends when it is asked", server.stop(), 0)


main()
