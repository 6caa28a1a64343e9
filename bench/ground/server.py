"""A yagurad on a folder of its own for benchmarks, and what it uses of the machine. Standard library only."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/system"))
from portal import Portal  # noqa: E402

PASSWORD = "yagura no ichiban taka 7"


class Server:
    def __init__(self, folder, port=28443, trap_port=20162, more=(), environment=None, packs=TOP / "packs", contract="matsusaka"):
        self.folder, self.port = Path(folder), port
        self.more = [str(m) for m in more]
        self.trap_port = trap_port
        self.child, self.environment = None, environment
        self.packs, self.contract = packs, contract

    def start(self, seconds=300):
        """Answers the link for the first administrator, '' when there is one already."""
        log = self.folder / "yagurad.log"
        command = [shutil.which("setpriv"), "--pdeathsig", "KILL", os.environ.get("YAGURAD", str(TOP / "build/bin/yagurad")), "--data", str(self.folder / "data"),
                   "--share", str(TOP / "share"), "--packs", str(self.packs), "--contract", self.contract,
                   "--listen", f"127.0.0.1:{self.port}", "--trap-listen", f"127.0.0.1:{self.trap_port}", *self.more]
        begun = time.monotonic()
        with open(log, "wb") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                          env=self.environment)
        while time.monotonic() - begun < seconds:
            text = log.read_text(errors="replace")
            if re.search(r"^  Yagura  https://", text, re.M):
                self.started_in = time.monotonic() - begun
                link = re.search(r"https://\S+/setup#\S+", text)
                return link[0] if link else ""
            if self.child.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("yagurad does not start: " + log.read_text(errors="replace")[-800:])

    def signed_in(self, link, contract="matsusaka"):
        portal = KeptAlive(f"127.0.0.1:{self.port}", contract)
        portal.set_up(link, PASSWORD)
        return portal

    def stop(self):
        if self.child and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def memory(self):
        """MB resident now, and at most so far."""
        text = Path(f"/proc/{self.child.pid}/status").read_text()
        return tuple(int(re.search(name + r":\s+(\d+) kB", text)[1]) / 1024 for name in ("VmRSS", "VmHWM"))

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class KeptAlive(Portal):
    """The portal over one connection that stays, as a browser has it: timed() is then the answer's time alone."""

    def timed(self, path, **query):
        import http.client
        import ssl
        from urllib.parse import urlencode
        if not getattr(self, "kept", None):
            self.kept = http.client.HTTPSConnection(self.host, context=ssl._create_unverified_context(), timeout=60)
            self.kept.connect()
        text = urlencode({"contract": self.contract, **query})
        while True:
            begun = time.perf_counter()
            self.kept.request("GET", f"/api/v1{path}?{text}", headers={"Cookie": self.cookie, "Accept-Language": "ja"})
            answer = self.kept.getresponse()
            content = answer.read()
            took = (time.perf_counter() - begun) * 1000
            if answer.status != 429:
                break
            time.sleep(1)  # no person asks as fast as this
        if answer.status != 200:
            raise RuntimeError(f"{path} {query}: {answer.status} {content[:300]}")
        return took, content


def p95(values):
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def median(values):
    return statistics.median(values)


class Table:
    """Rows with their bounds; the exit status says whether every bound was kept."""

    def __init__(self, *headings):
        self.missed = 0
        print(f"{headings[0]:66} " + " ".join(f"{h:>12}" for h in headings[1:]), flush=True)

    def row(self, what, *figures, good=None):
        verdict = "" if good is None else ("ok" if good else "MISSED")
        self.missed += good is False
        print(f"{what:66} " + " ".join(f"{f:>12}" for f in figures) + f"   {verdict}", flush=True)

    def end(self):
        print("load of the machine, 1 / 5 / 15 min: " + " / ".join(f"{one:.1f}" for one in os.getloadavg()) + f", {os.cpu_count()} cores", flush=True)
        sys.exit(1 if self.missed else 0)
