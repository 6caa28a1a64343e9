"""An issuer of OpenID Connect that does what it is told to, above all wrong: each path is an issuer of its own.

Standard library and the openssl command only. Issuer.mode: what the next answer of /token is made of."""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import threading
import time


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def run(*words, data=None):
    return subprocess.run([str(w) for w in words], input=data, check=True, capture_output=True).stdout


class Key:
    def __init__(self, folder, name):
        self.name, self.file = name, folder / f"{name}.signing.pem"
        run("openssl", "genrsa", "-out", self.file, "2048")
        self.public = run("openssl", "rsa", "-in", self.file, "-pubout")
        modulus = run("openssl", "rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
        self.jwk = {"kty": "RSA", "use": "sig", "kid": name, "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}

    def sign(self, text):
        return run("openssl", "dgst", "-sha256", "-sign", self.file, data=text)


class Issuer:
    def __init__(self, folder, port, certificate, key):
        self.base, self.mode, self.codes, self.seen = f"https://127.0.0.1:{port}", "right", {}, []
        self.own, self.stranger = Key(folder, "own"), Key(folder, "stranger")
        self.subject, self.redirected, self.extra = "taro-1", 0, {}
        self.stop_hanging = threading.Event()
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"
            do_GET = do_POST = lambda handler: issuer.answer(handler)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.handle_error = lambda *_: None  # who hangs up is expected
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler):
        realm, _, what = handler.path.strip("/").partition("/")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        self.seen.append((realm, what, body, handler.headers.get("Authorization")))
        if realm == "hanging":
            self.stop_hanging.wait(20)
        if realm == "dripping":
            return self.drip(handler)
        if realm == "elsewhere":
            self.redirected += 1
        status, content, headers = self.made(realm, what, body)
        data = content.encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    @staticmethod
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(200):
                handler.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            pass

    def made(self, realm, what, body):
        where = f"{self.base}/{realm}"
        if what == ".well-known/openid-configuration":
            if realm == "redirecting":
                return 302, "", {"Location": f"{self.base}/elsewhere/.well-known/openid-configuration"}
            return 200, json.dumps({
                "issuer": f"{self.base}/{'city' if realm == 'pretending' else realm}",
                "authorization_endpoint": where + "/authorize", "token_endpoint": where + "/token", "jwks_uri": where + "/keys",
                "authorization_response_iss_parameter_supported": True}), {}
        if what == "keys":
            if realm == "huge":
                return 200, json.dumps({"keys": [{**self.own.jwk, "x": "x" * 4000}] * 100}), {}
            if realm == "many":
                return 200, json.dumps({"keys": [self.own.jwk] * 65}), {}
            return 200, json.dumps({"keys": [self.own.jwk]}), {}
        if what == "token":
            return self.token(realm, body)
        return 404, "{}", {}

    def code_for(self, address):
        """What the browser would bring back, had the person signed in there."""
        from urllib.parse import parse_qs, urlsplit
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        code = b64(hashlib.sha256(address.encode()).digest())
        self.codes[code] = asked
        return asked, code

    def token(self, realm, body):
        from urllib.parse import parse_qs
        form = {k: v[0] for k, v in parse_qs(body).items()}
        if self.mode == "redirect":
            return 307, "", {"Location": f"{self.base}/elsewhere/token"}
        asked = self.codes.pop(form.get("code"), None)  # once
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, json.dumps({"error": "invalid_grant"}), {}
        if b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest()) != asked["code_challenge"]:
            return 400, json.dumps({"error": "invalid_grant"}), {}
        return 200, json.dumps({"access_token": "none of ours", "token_type": "Bearer", "id_token": self.id_token(realm, asked)}), {}

    def id_token(self, realm, asked):
        mode, now = self.mode, int(time.time())
        claims = {"iss": f"{self.base}/{realm}", "sub": self.subject, "aud": "yagura", "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **self.extra}
        header = {"alg": "RS256", "kid": "own"}
        if mode == "expired":
            claims.update(iat=now - 900, exp=now - 600)
        if mode == "other audience":
            claims["aud"] = "another"
        if mode == "other issuer":
            claims["iss"] = f"{self.base}/other"
        if mode == "no nonce":
            del claims["nonce"]
        if mode == "other nonce":
            claims["nonce"] = "of another attempt"
        if mode == "no subject":
            del claims["sub"]
        if mode == "none":
            header = {"alg": "none"}
        if mode == "shared secret":
            header["alg"] = "HS256"
        if mode == "unheard key":
            header["kid"] = "unheard"
        if mode == "key in the token":
            header = {"alg": "RS256", "kid": "stranger", "jwk": self.stranger.jwk}
        text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}".encode()
        if mode == "none":
            return text.decode() + "."
        if mode == "shared secret":
            return f"{text.decode()}.{b64(hmac.new(self.own.public, text, hashlib.sha256).digest())}"
        if mode == "changed afterwards":
            signature = self.own.sign(text)
            claims["sub"] = "somebody else"
            text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}".encode()
            return f"{text.decode()}.{b64(signature)}"
        signer = self.stranger if mode in ("other key", "key in the token") else self.own
        return f"{text.decode()}.{b64(signer.sign(text))}"
