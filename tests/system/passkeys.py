"""Passkeys on the real server: the screens in Chromium (passkeys.mjs), then another public address, which ends them.

Started by passkeys_test.sh inside a network namespace. Prints what failed; last line: N passed, N failed, N skipped.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

from city import PASSWORD, Count, check, counted, refused
from portal import Portal
from server_process import PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
HERE = f"https://localhost:{PORT}"


def in_chromium(admin, recovery, link):
    environment = {**os.environ, "ADMIN_COOKIE": admin.cookie, "ADMIN_SECRET": admin.secret, "ADMIN_RECOVERY": recovery, "PASSWORD": PASSWORD, "PORT": str(PORT)}
    done = subprocess.run(["node", TOP / "tests/system/passkeys.mjs", HERE, link], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=420, env=environment)
    text = done.stdout.decode(errors="replace")
    print(text, end="", flush=True)
    counted = re.search(r"^(\d+) passed, (\d+) failed$", text, re.M)
    Count.passed += int(counted[1]) if counted else 0
    Count.failed += int(counted[2]) if counted else 1


def another_address(admin, server):
    server.stop()
    server.more[server.more.index("--public-address") + 1] = "https://yagura.city.example.jp"
    server.start()
    said = server.said_now()
    check("which passkeys ended is said at start", "cannot be used any more: it was made for localhost" in said and "管理者の鍵" in said, True)
    check("the new address is given to browsers", admin.call("GET", "/session")["passkey_address"], "https://yagura.city.example.jp")
    server.stop()
    server.start()
    check("it is said once", "cannot be used any more" in server.said_now(), False)
    server.stop()
    server.more[server.more.index("--public-address") + 1] = f"https://127.0.0.1:{PORT}"
    server.start()
    check("at an address that is no name there are none", admin.call("GET", "/session")["passkey_address"], None)
    refused("nor are they asked for", "people.passkeys_unavailable",
            lambda: Portal(f"127.0.0.1:{PORT}", CONTRACT, "127.0.3.1").call("POST", "/session/passkey/options"))
    server.stop()
    server.more[server.more.index("--public-address") + 1] = HERE
    server.start()
    check("they are back with the address", "can be used again" in server.said_now(), True)


def main():
    with counted() as begun:
        server = begun(ServerProcess(RUN, more=("--ui", TOP / "ui/dist", "--public-address", HERE)))
        admin = Portal(f"127.0.0.1:{PORT}", CONTRACT, "127.0.2.1")
        codes = admin.set_up(server.start(), PASSWORD)
        made = admin.post("/people", {"login": "jiro", "name": "試験 次郎", "role": "city_staff"})
        in_chromium(admin, codes[0], admin.post(f"/people/{made['id']}/invite", {})["link"])
        another_address(admin, server)
        check("the server ends when it is asked", server.stop(), 0)
        check("nothing was wrong inside", "[error]" in server.said(), False)


main()
