"""The server program under test, and the lab's commands, as child processes. Standard library only."""
import os
import re
import signal
import subprocess
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
PORT, TRAP_PORT, SYSLOG_PORT = 18443, 10162, 10514


class ServerProcess:
    """yagurad on a data folder of its own; start() answers the link for the first administrator ('' later on).

    data: another folder than that of its logs. more: further options, the last of a name counts. environment: added to
    ours. contract: the first contract, or None where `more` names them all."""

    def __init__(self, folder, data=None, more=(), environment=None, contract="matsusaka"):
        self.folder, self.child, self.starts = Path(folder), None, 0
        self.data, self.more, self.environment = data or self.folder / "data", list(more), environment or {}
        self.contract = ["--contract", contract] if contract else []

    def start(self, seconds=40):
        self.starts += 1
        out = self.folder / f"yagurad-{self.starts}.log"
        # It must not outlive us, however we end.
        command = ["setpriv", "--pdeathsig", "KILL", TOP / "build/bin/yagurad", "--data", self.data, "--share", TOP / "share",
                   "--packs", TOP / "packs", *self.contract, "--listen", f"127.0.0.1:{PORT}",
                   "--trap-port", str(TRAP_PORT), "--syslog-port", str(SYSLOG_PORT), *self.more]
        with open(out, "wb") as log:
            self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT, env={**os.environ, **self.environment})
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = out.read_text(errors="replace")
            if re.search(r"^  Yagura  https://", text, re.M):
                link = re.search(r"https://\S+/setup#\S+", text)
                return link[0] if link else ""
            if self.child.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("yagurad does not start: " + out.read_text(errors="replace")[-800:])

    def said_now(self):
        """What it said since its last start."""
        return (self.folder / f"yagurad-{self.starts}.log").read_text(errors="replace")

    def kill(self):
        self.child.kill()
        self.child.wait()

    def stop(self):
        """Asks it to end; answers its exit status, or None when it had to be killed."""
        if self.child is None or self.child.poll() is not None:
            return self.child and self.child.returncode
        self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def said(self):
        return "".join(f.read_text(errors="replace") for f in sorted(self.folder.glob("yagurad-*.log")))


def lab(*words, seconds=90):
    """Runs a command of the lab where lab/up ran; answers what it printed."""
    done = subprocess.run(["nsenter", "--net=" + os.environ["HOST_NET"], TOP / "lab" / words[0], *words[1:]],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise RuntimeError(f"lab/{' '.join(words)}: exit {done.returncode}: {text[-400:]}")
    return text
