"""How a store is asked: one question a line in, "milliseconds CPU-milliseconds bytes" and so many bytes of answer out."""
import os
import subprocess
import sys
import time
from pathlib import Path


def answer(run, cpu):
    """Of a program that is asked: run(question) gives bytes, cpu() its seconds so far."""
    out = sys.stdout.buffer
    out.write(b"ready\n")
    out.flush()
    for question in sys.stdin:
        before, begin = cpu(), time.perf_counter()
        lines = run(question.rstrip("\n"))
        ms = (time.perf_counter() - begin) * 1000
        out.write(b"%f %f %d\n" % (ms, (cpu() - before) * 1000, len(lines)))
        out.write(lines)
        out.flush()


class Asked:
    """Such a program, started."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise SystemExit(f"{command[:3]} is not ready")

    def ask(self, question):
        """(milliseconds, of CPU, lines)"""
        self.process.stdin.write(question.encode() + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) != 3:
            raise SystemExit(f"{self.process.args[:3]} gave no answer to: {question}")
        lines = self.process.stdout.read(int(head[2]))
        return float(head[0]), float(head[1]), lines.splitlines()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_counted(command, **more):
    """Runs it to its end: (CPU seconds of it and its children, what it printed)."""
    before = os.times()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, **more)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, done.stdout


def cpu_of(pid):
    """CPU seconds of a running process, threads that ended included."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def files(folder):
    return [file for file in Path(folder).rglob("*") if file.is_file()] if Path(folder).is_dir() else [Path(folder)]


def size(folder):
    return sum(file.stat().st_size for file in files(folder))


def drop_cache(folder):
    """Puts the files out of the system's cache."""
    for file in files(folder):
        fd = os.open(file, os.O_RDONLY)
        os.fdatasync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)
