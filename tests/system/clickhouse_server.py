"""The real ClickHouse, two servers of it, for a test that runs alone in its namespaces. Standard library only."""
import os
import signal
import subprocess
import urllib.request

from server_process import TOP


class ClickHouse:
    def __init__(self, folder):
        self.folder = folder / "clickhouse"

    def run(self, action):
        done = subprocess.run([TOP / "tests/support/clickhouse.sh", action, self.folder], stdout=subprocess.PIPE, timeout=60,
                              stdin=subprocess.DEVNULL, check=True)
        return done.stdout.decode().split()

    def start(self):
        self.address, self.other, self.password, *more = self.run("start")
        self.replicas = more == ["replicas"]

    def pid(self):
        """The first of the two, which is the one that is used."""
        return int((self.folder / "1/pid").read_text())

    def asked(self, statement):
        request = urllib.request.Request(self.address, statement.encode(), {"X-ClickHouse-User": "yagura", "X-ClickHouse-Key": self.password})
        return urllib.request.urlopen(request, timeout=10).read().decode().strip()

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)
        os.waitpid(self.pid(), 0)  # we are the first process here: whoever has no parent is ours

    def settings(self, folder, **more):
        """The file for --events-clickhouse."""
        (folder / "password").write_text(self.password + "\n")
        (folder / "password").chmod(0o600)
        lines = {"nodes": f'["{self.address}"]', "database": "city", "user": "yagura", "password_file": folder / "password", **more}
        file = folder / "clickhouse.yaml"
        file.write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))
        return file
