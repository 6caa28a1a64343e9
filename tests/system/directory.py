"""Sign-in with the city's passwords: a real Samba domain controller, LDAPS and StartTLS, and every way it can refuse.

Started by directory_test.sh inside a network namespace with mounts of its own. Prints what failed; last line: N passed,
N failed, N skipped.
"""
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, check, counted, refused, soon
from portal import Portal, Refused
from server_process import PORT, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT, REALM = "matsusaka", "CITY.EXAMPLE.JP"
DC, DC_ADDRESS = "dc1.city.example.jp", "10.99.0.1"
CONF = RUN / "samba/etc/smb.conf"
CITY_PASSWORD = "Matsu-1-saka"  # what the city asks for; ours would have to be longer
SERVICE_PASSWORD = "Service-1-saka"


def run(*words):
    done = subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words[:3]))}: exit {done.returncode}: {done.stdout.decode(errors='replace')[-600:]}")
    return done.stdout.decode(errors="replace")


def samba_tool(*words):
    return run("samba-tool", *words, "-s", CONF)


def make_certificates():
    """A CA of the city's, one for the domain controller by its name alone, and a CA that has nothing to do with it."""
    tls = RUN / "samba/private/tls"
    tls.mkdir(mode=0o700, exist_ok=True)
    for ca in ("ca", "stranger"):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=Test {ca}",
            "-keyout", RUN / f"{ca}.key", "-out", RUN / f"{ca}.pem")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={DC}", "-keyout", tls / "key.pem", "-out", RUN / "dc.csr")
    (RUN / "dc.ext").write_text(f"subjectAltName=DNS:{DC}\n")
    run("openssl", "x509", "-req", "-in", RUN / "dc.csr", "-CA", RUN / "ca.pem", "-CAkey", RUN / "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", RUN / "dc.ext", "-out", tls / "cert.pem")
    (tls / "ca.pem").write_bytes((RUN / "ca.pem").read_bytes())
    (tls / "key.pem").chmod(0o600)


def make_domain(people):
    hosts = RUN / "hosts"
    hosts.write_text(Path("/etc/hosts").read_text() + f"\n{DC_ADDRESS} {DC} dc1\n{DC_ADDRESS} other.city.example.jp\n")
    run("mount", "--bind", hosts, "/etc/hosts")
    Path("/run/samba").mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "none", "/run/samba")
    run("ip", "addr", "add", f"{DC_ADDRESS}/32", "dev", "lo")
    run("samba-tool", "domain", "provision", f"--realm={REALM}", "--domain=CITY", "--server-role=dc", "--dns-backend=NONE",
        "--adminpass=Administrator-1", f"--targetdir={RUN / 'samba'}", "--host-name=dc1", f"--host-ip={DC_ADDRESS}")
    make_certificates()
    samba_tool("domain", "passwordsettings", "set", "--account-lockout-threshold=3", "--account-lockout-duration=30")
    for login in people:
        samba_tool("user", "create", login, SERVICE_PASSWORD if login == "search" else CITY_PASSWORD)
    return start_domain()


def start_domain():
    log = open(RUN / "samba.log", "ab")
    child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "samba", "-i", "-M", "single", "-s", str(CONF)],
                             stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection((DC_ADDRESS, 636), 1).close()
            return child
        except OSError:
            if child.poll() is not None:
                break
            time.sleep(0.3)
    raise RuntimeError("samba does not start: " + (RUN / "samba.log").read_text(errors="replace")[-800:])


def directories_file():
    def entry(servers, more="", ca="ca", way='principal: "{login}@city.example.jp"'):
        return f"""{{name: {{ja: 市の AD, en: City AD}}, contracts: [{CONTRACT}], servers: [{servers}], ca_file: {RUN / (ca + '.pem')},
    timeout_seconds: 3, {way}{more}}}"""

    by_search = f'base: "DC=city,DC=example,DC=jp", service: {{contract: {CONTRACT}, credential: ad_search}}'
    file = RUN / "directories.yaml"
    file.write_text(f"""directories:
  city: {entry(f'"ldaps://{DC}"')}
  second: {entry(f'"ldaps://{DC}:6360", "ldaps://{DC}"')}
  searched: {entry(f'"ldaps://{DC}"', way=by_search)}
  start_tls: {entry(f'"ldap://{DC}"')}
  stranger: {entry(f'"ldaps://{DC}"', ca="stranger")}
  stranger_start_tls: {entry(f'"ldap://{DC}"', ca="stranger")}
  false_name: {entry('"ldaps://other.city.example.jp"')}
  false_name_start_tls: {entry('"ldap://other.city.example.jp"')}
""")
    file.chmod(0o600)
    return file


class Addresses:
    used = 0


def from_elsewhere():
    """Rates are by address: each try comes from one of its own."""
    Addresses.used += 1
    return Portal(f"127.0.0.1:{PORT}", CONTRACT, f"127.0.{2 + Addresses.used // 250}.{1 + Addresses.used % 250}")


def said(login, password):
    """What the first step of signing in comes to: second_factor, or the code of the refusal."""
    try:
        return from_elsewhere().call("POST", "/session", {"login": login, "password": password})["state"]
    except Refused as answer:
        return answer.problem.get("code") if isinstance(answer.problem, dict) else answer.status


class People:
    def __init__(self, admin):
        self.admin, self.ids = admin, {}

    def link(self, login, directory):
        made = self.admin.post("/people", {"login": login, "name": f"試験 {login}", "role": "city_staff", "directory": directory})
        self.ids[login] = made["id"]
        return self.admin.post(f"/people/{made['id']}/invite", {})["link"]

    def set_up(self, login, directory="city"):
        portal = from_elsewhere()
        portal.set_up(self.link(login, directory), CITY_PASSWORD)
        return portal

    def unlock(self, login):
        self.admin.post(f"/people/{self.ids[login]}/unlock", {})


def refused_set_up(people, login, directory):
    token = people.link(login, directory).split("#")[1]
    try:
        return from_elsewhere().call("POST", "/setup", {"token": token, "password": CITY_PASSWORD})
    except Refused as answer:
        return answer.problem.get("code")


def every_way_to_reach_it(people):
    for login, directory in (("taro", "city"), ("jiro", "second"), ("hanako", "searched"), ("yuki", "start_tls")):
        portal = people.set_up(login, directory)
        check(f"{directory}: signed in after the set-up", portal.load_session()["account"]["directory"]["id"], directory)
        check(f"{directory}: the right password asks for the second factor", said(login, CITY_PASSWORD), "second_factor")
        check(f"{directory}: a wrong one", said(login, CITY_PASSWORD + "x"), "people.sign_in_refused")
        check(f"{directory}: an empty one", said(login, ""), "people.sign_in_refused")
    refused("the password is not changed here", "people.password_of_directory",
            lambda: portal.call("POST", "/account/password", {"current": CITY_PASSWORD, "password": PASSWORD}))


def certificates(people):
    """After what must be refused as a wrong password: for two minutes after one of these, every refusal reads alike."""
    for login, directory in (("ca1", "stranger"), ("ca2", "stranger_start_tls"), ("ca3", "false_name"),
                             ("ca4", "false_name_start_tls")):
        check(f"{directory}: a certificate that is not to be believed lets nobody in", refused_set_up(people, login, directory),
              "people.directory_away")


def names_that_deceive():
    for login in ("*", "tar*", "taro)(cn=*", "taro)(|(sAMAccountName=*", "taro@city.example.jp", "CITY\\taro", "TARO",
                  "CN=taro,CN=Users,DC=city,DC=example,DC=jp", "nobody"):
        check(f"as {login!r}", said(login, CITY_PASSWORD), "people.sign_in_refused")
    for login in ("", "taro\x00"):
        check(f"as {login!r}", said(login, CITY_PASSWORD), lambda answer: answer != "second_factor")


def what_the_directory_says(people):
    for login in ("must", "off", "over", "lock"):
        people.set_up(login)
    samba_tool("user", "setpassword", "must", f"--newpassword={CITY_PASSWORD}9", "--must-change-at-next-login")
    samba_tool("user", "disable", "off")
    samba_tool("user", "setexpiry", "over", "--days=0")
    for login, password, code in (("must", CITY_PASSWORD + "9", "people.directory_password_expired"),
                                  ("off", CITY_PASSWORD, "people.directory_account_ended"),
                                  ("over", CITY_PASSWORD, "people.directory_account_ended")):
        check(f"{login}: whoever knows the password is told", said(login, password), code)
        check(f"{login}: nobody else is", said(login, "a guess"), "people.sign_in_refused")
    for _ in range(3):
        said("lock", "a guess")
    check("lock: locked in the directory, and a stranger cannot tell", said("lock", CITY_PASSWORD), "people.sign_in_refused")
    samba_tool("user", "unlock", "lock")
    people.unlock("lock")
    check("lock: unlocked", said("lock", CITY_PASSWORD), "second_factor")
    for _ in range(5):
        said("taro", "a guess")
    check("our own lock comes after five", said("taro", CITY_PASSWORD), "people.sign_in_refused")
    people.unlock("taro")
    samba_tool("user", "unlock", "taro")
    check("and can be taken off", said("taro", CITY_PASSWORD), "second_factor")


def signed_out_when_gone(people, server):
    portal = people.set_up("leaver", "searched")
    samba_tool("user", "disable", "leaver")
    server.stop()
    server.start()  # a round is made at once, then every five minutes
    soon(20, "whose account was disabled is signed out", lambda: portal.call("GET", "/session")["state"], "signed_out".__eq__)
    check("others stay signed in", people.admin.call("GET", "/session")["state"], "signed_in")


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def away_and_back(people, server, domain):
    run("ip", "addr", "del", f"{DC_ADDRESS}/32", "dev", "lo")
    check("away: said plainly", said("taro", CITY_PASSWORD), "people.directory_away")
    check("away: of who does not exist, too", said("nobody", CITY_PASSWORD), "people.directory_away")
    check("away: an administrator with our password gets in", said("admin", PASSWORD), "second_factor")
    run("ip", "addr", "add", f"{DC_ADDRESS}/32", "dev", "lo")
    soon(20, "back", lambda: said("taro", CITY_PASSWORD), "second_factor".__eq__)
    domain.send_signal(signal.SIGSTOP)
    began, worked = time.monotonic(), processor_seconds(server.child.pid)
    check("hanging: said within the time-out", said("taro", CITY_PASSWORD), "people.directory_away")
    check("hanging: bounded", time.monotonic() - began, lambda seconds: seconds < 8)
    check("hanging: waited for, not spun on", processor_seconds(server.child.pid) - worked, lambda seconds: seconds < 2)
    began = time.monotonic()
    check("hanging: the next one does not wait", said("taro", CITY_PASSWORD), "people.directory_away")
    people.admin.get("/people")
    check("hanging: others are served", time.monotonic() - began, lambda seconds: seconds < 2)
    domain.send_signal(signal.SIGCONT)
    soon(20, "it goes on", lambda: said("taro", CITY_PASSWORD), "second_factor".__eq__)


def secrets_are_nowhere(server):
    kept = b"".join(f.read_bytes() for f in sorted((RUN / "data").rglob("*")) if f.is_file()) + server.said().encode()
    for secret in (CITY_PASSWORD, SERVICE_PASSWORD, "a guess"):
        check(f"nothing kept or logged holds {secret!r}", secret.encode() in kept, False)
    check("what happened is in the log", b"directory stranger:" in kept, True)


def main():
    with counted() as begun:
        staff = ("taro", "jiro", "hanako", "yuki", "must", "off", "over", "lock", "ca1", "ca2", "ca3", "ca4", "leaver", "search")
        domain = begun(make_domain(staff))
        server = begun(ServerProcess(RUN, more=("--directories", directories_file())))
        admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
        admin.set_up(server.start(), PASSWORD)
        admin.post("/credentials", {"name": "ad_search", "kind": "directory", "user": "search@city.example.jp",
                                    "secret": SERVICE_PASSWORD})
        people = People(admin)
        every_way_to_reach_it(people)
        names_that_deceive()
        what_the_directory_says(people)
        signed_out_when_gone(people, server)
        certificates(people)
        away_and_back(people, server, domain)
        check("the server ends when it is asked", server.stop(), 0)
        secrets_are_nowhere(server)


if __name__ == "__main__":
    main()
