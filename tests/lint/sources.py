"""What the lints share: the tracked files, and C++ text without its comments."""
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent


def tracked(*patterns):
    """Files that belong to the project: tracked, or new and not ignored."""
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
                         cwd=TOP, stdout=subprocess.PIPE, check=True).stdout
    files = sorted(TOP / name for name in out.decode().split("\0") if name)
    return [file for file in files if file.is_file()]


def cpp_files(*folders):
    return tracked(*(f"{folder}/**/*.{ending}" for folder in folders for ending in ("cpp", "hpp")),
                   *(f"{folder}/*.{ending}" for folder in folders for ending in ("cpp", "hpp")))


COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)


def without_comments(text):
    """Comments blanked, line numbers kept."""
    return COMMENT.sub(lambda m: m[0] if m[0].startswith('"') else re.sub(r"[^\n]", " ", m[0]), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def finish(faults):
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


def at(file, line, words):
    return f"{Path(file).relative_to(TOP)}:{line}: {words}"
