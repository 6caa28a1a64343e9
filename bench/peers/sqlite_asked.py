"""SQLite, asked in this process: sqlite_asked.py FILE"""
import sqlite3
import sys
import time

from asking import answer

database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
database.text_factory = bytes
answer(lambda sql: b"".join(row[0] + b"\n" for row in database.execute(sql)), time.process_time)
