"""Single sign-on by OpenID Connect: everything that must not be believed, from an issuer of our own; then a certified
issuer (npm oidc-provider), a provider of SAML (npm samlp) and Chromium, by sign_on.mjs.

Started by sign_on_test.sh inside a network namespace. Prints what failed; last line: N passed, N failed, N skipped.
"""
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import time
from pathlib import Path

from city import PASSWORD, Count, check, counted
from issuer import Issuer, run
from portal import Portal, totp
from server_process import PORT, TOP, ServerProcess

RUN = Path(sys.argv[1])
CONTRACT = "matsusaka"
ISSUER_PORT, REAL_PORT, SAML_PORT = 19443, 19444, 19445
CLIENT_SECRET = "a secret/of+the client"
REALMS = ("city", "other", "redirecting", "pretending", "huge", "many", "hanging", "dripping")


def make_certificates():
    """A CA of the city's, one for the address 127.0.0.1 alone, and a CA that has nothing to do with it."""
    for ca in ("ca", "stranger"):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=Test {ca}",
            "-keyout", RUN / f"{ca}.key", "-out", RUN / f"{ca}.pem")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=issuer", "-keyout", RUN / "id.key", "-out", RUN / "id.csr")
    (RUN / "id.ext").write_text("subjectAltName=IP:127.0.0.1\n")
    run("openssl", "x509", "-req", "-in", RUN / "id.csr", "-CA", RUN / "ca.pem", "-CAkey", RUN / "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", RUN / "id.ext", "-out", RUN / "id.pem")


def saml_metadata():
    file = RUN / "idp.xml"
    certificate = "".join(line for line in (RUN / "id.pem").read_text().splitlines() if not line.startswith("-"))
    file.write_text(f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://127.0.0.1:{SAML_PORT}/idp">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://127.0.0.1:{SAML_PORT}/sso"/>
  </md:IDPSSODescriptor></md:EntityDescriptor>
""")
    return file


def settings_file():
    def entry(issuer, ca="ca", more="", ja="試験", en="A trial"):
        return (f"{{name: {{ja: {ja}, en: {en}}}, contracts: [{CONTRACT}], issuer: \"{issuer}\", client: yagura, "
                f"secret: {{contract: {CONTRACT}, credential: sign_on}}, ca_file: {RUN / (ca + '.pem')}, timeout_seconds: 2{more}}}")

    base = f"https://127.0.0.1:{ISSUER_PORT}"
    lines = [f"  {realm}: {entry(f'{base}/{realm}')}" for realm in REALMS]
    lines.append(f"  stranger: {entry(base + '/city', ca='stranger')}")
    lines.append(f"  false_name: {entry(f'https://localhost:{ISSUER_PORT}/city')}")
    lines.append(f"  nobody: {entry('https://127.0.0.1:1/city')}")
    lines.append(f"  real: {entry(f'https://127.0.0.1:{REAL_PORT}', ja='市の認証基盤', en='City sign-on')}")
    lines.append(f"  enough: {entry(base + '/enough', more=', trusted_amr: [mfa], session_hours: 4')}")
    lines.append(f"  saml: {{name: {{ja: 市の SAML, en: City SAML}}, contracts: [{CONTRACT}], saml: {{metadata: {saml_metadata()}}}}}")
    file = RUN / "directories.yaml"
    file.write_text("sign_on:\n" + "\n".join(lines) + "\n")
    file.chmod(0o600)
    return file


class Addresses:
    used = 0


class Browser:
    """Cookies and nothing else; each request comes from an address of its own, for rates are by address."""

    def __init__(self):
        self.cookies = {}

    def post(self, path, body):
        Addresses.used += 1
        source = f"127.0.{2 + Addresses.used // 250}.{1 + Addresses.used % 250}"
        connection = http.client.HTTPSConnection(f"127.0.0.1:{PORT}", context=ssl._create_unverified_context(), timeout=30,
                                                 source_address=(source, 0))
        headers = {"Content-Type": "application/json", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        connection.request("POST", "/api/v1" + path, json.dumps(body), headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return answer.status, json.loads(answer.read())

    def begin(self, provider, **more):
        return self.post("/session/sign-on", {"provider": provider, **more})[1]

    def finish(self, provider, asked, code, **more):
        answer = self.post("/session/sign-on/finish", {"provider": provider, "state": asked["state"], "code": code,
                                                       "iss": issuer_of(provider), **more})[1]
        return answer.get("code") or answer["state"]


def issuer_of(provider):
    return f"https://127.0.0.1:{ISSUER_PORT}/{provider}"


def attempt(issuer, provider="city", browser=None, **more):
    browser = browser or Browser()
    begun = browser.begin(provider)
    if "address" not in begun:
        return begun["code"]
    asked, code = issuer.code_for(begun["address"])
    return browser.finish(provider, asked, code, **more)


def link_person(admin, issuer, login, provider):
    made = admin.post("/people", {"login": login, "name": f"試験 {login}", "role": "city_staff", "directory": provider})
    link = admin.post(f"/people/{made['id']}/invite", {})["link"]
    token, browser = link.split("#")[1], Browser()
    begun = browser.begin(provider, setup_token=token)
    asked, code = issuer.code_for(begun["address"])
    check(f"{login}: proven at the provider", browser.finish(provider, asked, code), "setup")
    secret = browser.post("/setup", {"token": token, "password": ""})[1]["secret"]
    check(f"{login}: set up", browser.post("/setup/confirm", {"token": token, "code": totp(secret)})[0], 200)
    check(f"{login}: linked", admin.get(f"/people/{made['id']}")["linked"])
    return made["id"], secret


def what_is_not_believed(issuer):
    check("the right answer asks for our second factor", attempt(issuer), "second_factor")
    for mode in ("other key", "key in the token", "none", "shared secret", "expired", "other audience", "other issuer", "no nonce",
                 "other nonce", "no subject", "unheard key", "changed afterwards"):
        issuer.mode = mode
        check(mode, attempt(issuer), "people.sign_on_not_believed")
    issuer.mode = "redirect"
    check("a redirect of the exchange is not followed", attempt(issuer), "people.sign_on_not_believed")
    check("the secret went nowhere else", issuer.redirected, 0)
    issuer.mode = "right"
    check("and then the right one again", attempt(issuer), "second_factor")
    issuer.subject = "nobody-here"
    check("somebody who is not linked", attempt(issuer), "people.sign_on_unknown")
    issuer.subject = "taro-1"


def attempts_that_are_not_this_one(issuer):
    browser = Browser()
    asked, code = issuer.code_for(browser.begin("city")["address"])
    kept = dict(browser.cookies)
    check("an answer that names another issuer", browser.finish("city", asked, code, iss=issuer_of("other")),
          "people.sign_on_not_believed")
    browser.cookies = dict(kept)
    check("an attempt serves once, also when it failed", browser.finish("city", asked, code), "people.sign_on_expired")
    asked, code = issuer.code_for(browser.begin("city")["address"])
    kept = dict(browser.cookies)
    check("without iss, which this issuer says it sends", browser.finish("city", asked, code, iss=""), "people.sign_on_not_believed")
    asked, code = issuer.code_for(browser.begin("city")["address"])
    kept = dict(browser.cookies)
    check("right", browser.finish("city", asked, code), "second_factor")
    browser.cookies = dict(kept)
    check("the same again", browser.finish("city", asked, code), "people.sign_on_expired")
    used = code
    asked, _ = issuer.code_for(browser.begin("city")["address"])
    check("a code a second time, in another attempt", browser.finish("city", asked, used), "people.sign_on_not_believed")
    asked, code = issuer.code_for(browser.begin("city")["address"])
    check("an answer at another browser", Browser().finish("city", asked, code), "people.sign_on_expired")
    check("at another provider's door", browser.finish("other", asked, code), "people.sign_on_expired")
    check("with another state", browser.finish("city", {"state": "x" * 43}, code), "people.sign_on_expired")
    theirs, other_code = issuer.code_for(Browser().begin("city")["address"])
    check("somebody else's code put into this attempt", browser.finish("city", asked, other_code), "people.sign_on_not_believed")
    check("cancelled", attempt(issuer, error="access_denied"), "people.sign_on_cancelled")


def issuers_that_cannot_be(issuer):
    for provider, code in (("redirecting", "people.sign_on_away"), ("pretending", "people.sign_on_not_believed"),
                           ("huge", "people.sign_on_away"), ("many", "people.sign_on_not_believed"),
                           ("stranger", "people.sign_on_away"), ("false_name", "people.sign_on_away"), ("nobody", "people.sign_on_away"),
                           ("dripping", "people.sign_on_away")):
        began = time.monotonic()
        check(provider, attempt(issuer, provider), code)
        check(f"{provider}: bounded", time.monotonic() - began, lambda seconds: seconds < 4)
    check("no redirect was followed", issuer.redirected, 0)


def one_that_hangs(issuer, admin):
    import threading
    said, began = [], time.monotonic()
    waiting = [threading.Thread(target=lambda: said.append(attempt(issuer, "hanging"))) for _ in range(8)]
    for one in waiting:
        one.start()
    slowest = 0
    while any(one.is_alive() for one in waiting):
        asked = time.monotonic()
        admin.get("/people")
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.05)
    check("hanging: said so to everybody", sorted(set(said)), ["people.outside_busy", "people.sign_on_away"])
    check("hanging: two were waited for", said.count("people.sign_on_away"), 2)
    check("hanging: within its time", time.monotonic() - began, lambda seconds: seconds < 6)
    check("hanging: others are served meanwhile", slowest, lambda seconds: seconds < 0.8)
    print(f"an issuer that hangs, eight at once: the slowest of other requests took {slowest * 1000:.0f} ms", flush=True)
    check("hanging: other providers are not", attempt(issuer), "second_factor")
    issuer.stop_hanging.set()


def second_factor_elsewhere(issuer, admin):
    issuer.subject = "jiro-2"
    link_person(admin, issuer, "jiro", "enough")
    check("without it ours is asked", attempt(issuer, "enough"), "second_factor")
    issuer.extra = {"amr": ["pwd", "mfa"]}
    check("with the agreed one it is enough", attempt(issuer, "enough"), "signed_in")
    issuer.subject = "taro-1"
    check("at a provider for which nothing is agreed it is not", attempt(issuer, "city"), "second_factor")
    issuer.extra = {}


def secrets_are_nowhere(server, issuer):
    kept = b"".join(f.read_bytes() for f in sorted((RUN / "data").rglob("*")) if f.is_file()) + server.said().encode()
    tokens = [form for _, what, form, _ in issuer.seen if what == "token"]
    codes = [re.search(r"code=([^&]*)", form)[1] for form in tokens]
    verifiers = [re.search(r"code_verifier=([^&]*)", form)[1] for form in tokens]
    check("there were some", len(codes), lambda n: n > 10)
    for secret in (CLIENT_SECRET, *codes, *verifiers):
        check("nothing kept or logged holds a secret of an attempt", secret.encode() in kept, False)
    check("why it was refused is in the log", b"sign-on city: " in kept)


def in_a_real_browser(admin):
    for what, there in (("Chromium", Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))), ("ui/dist", TOP / "ui/dist/index.html"),
                        ("oidc-provider", TOP / "ui/node_modules/oidc-provider"), ("samlp", TOP / "ui/node_modules/samlp")):
        if not there.exists():
            Count.skipped += 1
            print(f"skipped: the certified issuer and the screens: {what} is not there", flush=True)
            return
    made = admin.post("/people", {"login": "hanako", "name": "河合 花子", "role": "city_staff", "directory": "real"})
    admin.post("/people", {"login": "waiting", "name": "待機 次郎", "role": "city_staff", "directory": "city"})
    link = admin.post(f"/people/{made['id']}/invite", {})["link"]
    made = admin.post("/people", {"login": "saburo", "name": "三郎 太郎", "role": "city_staff", "directory": "saml"})
    saml_link = admin.post(f"/people/{made['id']}/invite", {})["link"]
    done = subprocess.run(["node", str(TOP / "tests/system/sign_on.mjs"), link, str(RUN), str(REAL_PORT), CLIENT_SECRET,
                           admin.secret, PASSWORD, saml_link, str(SAML_PORT)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240)
    text = done.stdout.decode(errors="replace")
    print(text, flush=True)
    last = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*$", text)
    check("the browser's part came to its end", bool(last))
    if last:
        Count.passed += int(last[1])
        Count.failed += int(last[2])


def main():
    with counted() as begun:
        make_certificates()
        issuer = Issuer(RUN, ISSUER_PORT, RUN / "id.pem", RUN / "id.key")
        server = begun(ServerProcess(RUN, more=("--directories", settings_file(), "--public-address", f"https://127.0.0.1:{PORT}",
                                                *(("--ui", TOP / "ui/dist") if (TOP / "ui/dist").exists() else ()))))
        admin = Portal(f"127.0.0.1:{PORT}", CONTRACT)
        admin.set_up(server.start(), PASSWORD)
        admin.post("/credentials", {"name": "sign_on", "kind": "sign_on", "user": "yagura", "secret": CLIENT_SECRET})
        link_person(admin, issuer, "taro", "city")
        what_is_not_believed(issuer)
        attempts_that_are_not_this_one(issuer)
        issuers_that_cannot_be(issuer)
        one_that_hangs(issuer, admin)
        second_factor_elsewhere(issuer, admin)
        in_a_real_browser(admin)
        check("the server ends when it is asked", server.stop(), 0)
        secrets_are_nowhere(server, issuer)


main()
