"""A real opensmtpd and a real dovecot for example.jp on loopback, sharing maildirs.

Debian 12's opensmtpd cannot speak TLS (its keys are lost to OpenSSL 3), so a real aiosmtpd stands before it with TLS, and hands on
what it gets."""
import email
import email.policy
import os
import pwd
import smtplib
import socket
import ssl
import subprocess
import threading
import time
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

SMTP_PORT, IMAP_PORT, PASSWORD = 2525, 10143, "hako no kagi 5"
SMTP_TLS_PORT, SMTPS_PORT, IMAPS_PORT = 2587, 2465, 10993
NAME = "localhost"  # what the certificate names; 127.0.0.1 it does not


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(folder, name):
    """A certificate authority of its own; answers its certificate."""
    folder.mkdir(parents=True, exist_ok=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key",
            "-out", folder / f"{name}.pem", "-addext", "basicConstraints=critical,CA:TRUE")
    return folder / f"{name}.pem"


class HandsOn:
    async def handle_DATA(self, _server, _session, envelope):
        with smtplib.SMTP("127.0.0.1", SMTP_PORT) as server:
            server.sendmail(envelope.mail_from, envelope.rcpt_tos, envelope.content)
        return "250 OK"


class MailServers:
    def __init__(self, folder, people):
        self.folder, self.children, self.fronts, self.heard = Path(folder) / "mail", [], [], []
        self.folder.mkdir()
        self.boxes = self.folder / "boxes"
        self.boxes.mkdir()
        owner = pwd.getpwnam("mail")
        for path in (self.folder, self.boxes):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        for name in people:
            for part in ("", "new", "cur", "tmp"):
                (self.boxes / name / part).mkdir(exist_ok=True)
                os.chown(self.boxes / name / part, owner.pw_uid, owner.pw_gid)
        self.ca = authority(self.folder, "ca")
        self.cert, key, asked = self.folder / "mail.pem", self.folder / "mail.key", self.folder / "mail.csr"
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", asked)
        openssl("x509", "-req", "-in", asked, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "2",
                "-copy_extensions", "copy", "-out", self.cert)
        key.chmod(0o600)
        self._write("virtual", "".join(f"{name}@example.jp: {name}\n" for name in people))
        self._write("users", "".join(f"{name} {owner.pw_uid}:{owner.pw_gid}:{self.boxes / name}\n" for name in people))
        self._write("smtpd.conf", f"""table addresses file:{self.folder}/virtual
table owners file:{self.folder}/users
listen on 127.0.0.1 port {SMTP_PORT} hostname mail.example.jp
action "box" maildir "{self.boxes}/%{{rcpt.user}}" virtual <addresses> userbase <owners>
match from any for domain "example.jp" action "box"
""")
        self._write("passwd", "".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in people))
        self._write("dovecot.conf", f"""protocols = imap
listen = 127.0.0.1
base_dir = {self.folder}/dovecot
log_path = {self.folder}/dovecot.log
ssl = yes
ssl_cert = <{self.cert}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{self.boxes}/%n
first_valid_uid = {owner.pw_uid}
passdb {{
  driver = passwd-file
  args = {self.folder}/passwd
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.boxes}/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {IMAP_PORT}
  }}
  inet_listener imaps {{
    port = {IMAPS_PORT}
    ssl = yes
  }}
}}
""")

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o644)

    def start(self):
        # opensmtpd has one fixed place for its socket: a folder of this run's, in the mounts of this run.
        (self.folder / "run").mkdir()
        subprocess.run(["mount", "--bind", self.folder / "run", "/var/run"], check=True)
        for command in (["/usr/sbin/smtpd", "-d", "-f", self.folder / "smtpd.conf"],
                        ["/usr/sbin/dovecot", "-F", "-c", self.folder / "dovecot.conf"]):
            with open(self.folder / (Path(command[0]).name + ".out"), "wb") as log:
                self.children.append(subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)],
                                                      stdout=log, stderr=subprocess.STDOUT))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)  # of either side: aiosmtpd tries its own port with it
        context.load_cert_chain(self.cert, self.folder / "mail.key")
        for port, how in ((SMTP_TLS_PORT, {"tls_context": context, "require_starttls": True}), (SMTPS_PORT, {"ssl_context": context})):
            self.fronts.append(Controller(HandsOn(), hostname="127.0.0.1", port=port, **how))
            self.fronts[-1].start()
        for port in (SMTP_PORT, IMAP_PORT, IMAPS_PORT):
            end = time.monotonic() + 20
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise RuntimeError("a mail server does not start: " + self.said())
                    time.sleep(0.2)

    def plain_imap(self):
        """An IMAP server that knows no TLS: greets, and says what it can; answers its port."""
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            while True:
                peer, _ = listener.accept()
                with peer, peer.makefile("rwb") as lines:
                    try:
                        lines.write(b"* OK ready\r\n")
                        lines.flush()
                        for line in lines:
                            tag, word = line.split()[:2]
                            self.heard.append(line)
                            lines.write((b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" if word.upper() == b"CAPABILITY" else b"") + tag + b" OK\r\n")
                            lines.flush()
                    except (OSError, ValueError):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    def stop(self):
        for front in self.fronts:
            front.stop()
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()

    def said(self):
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.out")) + "".join(
            path.read_text(errors="replace")[-2000:] for path in self.folder.glob("dovecot.log"))

    def send(self, sender, subject, body, to="desk@example.jp", files=(), **head):
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-ID"] = head.pop("message_id", f"<{time.monotonic_ns()}@client.example.jp>")
        for name, value in head.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        for name, content in files:
            mail.add_attachment(content, maintype="image", subtype="png", filename=name)
        with smtplib.SMTP("127.0.0.1", SMTP_PORT) as server:
            server.send_message(mail, from_addr=sender, to_addrs=[to])
        return mail["Message-ID"]

    def inbox(self, name):
        """The mails of a person, the oldest first."""
        found = sorted((path for part in ("new", "cur") for path in (self.boxes / name / part).glob("*")),
                       key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found]
