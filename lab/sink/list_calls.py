"""Prints one line for each kept webhook call, oldest first: file, time, path, body."""
import json
import pathlib
import sys

for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    call = json.loads(file.read_text(encoding="utf-8"))
    print(file, call["time"], call["path"], call["body"].replace("\t", " ").replace("\n", " "), sep="\t")
