"""A browser without a screen: signs in to a running Yagura and speaks its REST API. Standard library only."""
import base64, hashlib, hmac, http.client, json, ssl, struct, time


def totp(secret_base32, at=None):
    key = base64.b32decode(secret_base32 + "=" * (-len(secret_base32) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000)


class Refused(Exception):
    def __init__(self, status, problem):
        super().__init__(f"{status} {problem}")
        self.status, self.problem = status, problem


class Portal:
    def __init__(self, address, contract, source=None):
        """source: the address to come from; each has rate limits of its own."""
        self.host = address.removeprefix("https://")
        self.source = source and (source, 0)
        self.contract = contract
        self.cookie = self.csrf = self.secret = None

    def call(self, method, path, body=None, query=None, raw=False, files=None):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(self.host, context=context, timeout=30, source_address=self.source)
        headers = {"Accept-Language": "ja"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            headers["X-CSRF-Token"] = self.csrf
        data = None
        if files:
            edge = "----yagura"
            data = b""
            for name, (file_name, content) in files.items():
                data += (f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
                         "Content-Type: application/octet-stream\r\n\r\n").encode() + content + b"\r\n"
            data += f"--{edge}--\r\n".encode()
            headers["Content-Type"] = f"multipart/form-data; boundary={edge}"
        elif body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if query is None:
            query = {}
        from urllib.parse import urlencode
        text = urlencode(query)
        connection.request(method, "/api/v1" + path + ("?" + text if text else ""), data, headers)
        answer = connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and "yagura=" in value:
                self.cookie = value.split(";")[0]
        if answer.status >= 400:
            try:
                raise Refused(answer.status, json.loads(content))
            except json.JSONDecodeError:
                raise Refused(answer.status, content[:200])
        if raw:
            return content
        return json.loads(content) if content else None

    def metric(self, name):
        """A number of the server's own measures; -1 when there is none of that name."""
        connection = http.client.HTTPSConnection(self.host, context=ssl._create_unverified_context(), timeout=10)
        connection.request("GET", f"/metrics?contract={self.contract}", headers={"Cookie": self.cookie})
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return float(next((line.split()[1] for line in lines if line.startswith(name + " ")), "-1"))

    def get(self, path, **query):
        return self.call("GET", path, query={"contract": self.contract, **query})

    def post(self, path, body=None, **query):
        return self.call("POST", path, body, {"contract": self.contract, **query})

    def load_session(self):
        session = self.call("GET", "/session")
        self.csrf = session.get("csrf")
        return session

    def set_up(self, link, password):
        """From a one-time link to a signed-in session; answers the recovery codes."""
        token = link.split("#")[1]
        self.call("POST", "/setup/look", {"token": token})
        enrolment = self.call("POST", "/setup", {"token": token, "password": password})
        self.secret = enrolment["secret"]
        codes = self.call("POST", "/setup/confirm", {"token": token, "code": totp(self.secret)})["codes"]
        self.load_session()
        return codes

    def sign_in(self, login, password, code=None):
        self.cookie = self.csrf = None
        self.call("POST", "/session", {"login": login, "password": password})
        self.load_session()
        self.call("POST", "/session/second-factor", {"code": code or totp(self.secret)})
        return self.load_session()

    def wait_job(self, job, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            job = self.call("GET", f"/jobs/{job['id']}")
            if job["state"] in ("done", "failed", "cancelled"):
                return job
            time.sleep(0.2)
        raise TimeoutError(job)


def papers_of(entry, day="2026-04-01"):
    # Every paper that an entry of the roster needs, as handed over on that day.
    return {"papers": [{"id": one["id"], "day": day} for one in entry["papers"]]}
