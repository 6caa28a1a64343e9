"""A real opensmtpd and a real dovecot for example.jp on loopback, sharing maildirs. Standard library only."""
import email
import email.policy
import os
import pwd
import smtplib
import socket
import subprocess
import time
from email.message import EmailMessage
from pathlib import Path

SMTP_PORT, IMAP_PORT, PASSWORD = 2525, 10143, "hako no kagi 5"


class MailServers:
    def __init__(self, folder, people):
        self.folder, self.children = Path(folder) / "mail", []
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
ssl = no
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
    port = 0
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
        for port in (SMTP_PORT, IMAP_PORT):
            end = time.monotonic() + 20
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise RuntimeError("a mail server does not start: " + self.said())
                    time.sleep(0.2)

    def stop(self):
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
