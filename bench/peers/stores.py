"""The stores that stand beside each other: how each takes the file in, and how a question is put to it."""
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from asking import Asked, cpu_of, drop_cache, run_counted, size
from questions import COLUMNS

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
TEXTS = COLUMNS[1:-1]


class Store:
    """One of them. load() answers CPU seconds (until all was taken in, with merging); folder is what it keeps."""
    name = ""
    column_store = True

    def __init__(self, work, tsv):
        self.tsv, self.folder, self.asked = tsv, work / type(self).__name__.lower(), None

    def bytes(self):
        return size(self.folder)

    def fresh_start(self):
        """Asked anew, with nothing of it in the system's cache."""
        self.stop()
        self.asked = Asked(self.command())
        drop_cache(self.folder)

    def ask(self, question):
        return self.asked.ask(self.request(question))

    def stop(self):
        if self.asked:
            self.asked.close()
        self.asked = None


class Yagura(Store):
    name = "Yagura, fresh"
    program = str(TOP / "build/bin/store_asked")

    def load(self):
        batches = self.folder.parent / "batches"
        self.agents, _ = run_counted([self.program, "batches", str(self.tsv), str(batches)])
        used, _ = run_counted([self.program, "load", str(batches), str(self.folder)])
        batches.unlink()
        return used, used

    def command(self):
        return [self.program, "ask", str(self.folder)]

    def request(self, question):
        if question.what == "counts":
            return "counts\tsection\taction"
        words = ["contains" if question.inside else "equals", question.column, question.value, question.limit]
        return "\t".join(map(str, words + ([question.begin, question.end] if question.end else [])))


class YaguraMerged(Yagura):
    name = "Yagura, merged"

    def __init__(self, work, tsv, fresh):
        super().__init__(work, tsv)
        self.fresh = fresh

    def load(self):
        shutil.copytree(self.fresh.folder, self.folder)
        merging, _ = run_counted([self.program, "merge", str(self.folder)])
        return self.fresh.seconds[0], self.fresh.seconds[0] + merging


class SqlStore(Store):
    counts = "SELECT {line} FROM {table} GROUP BY section, action"
    table, quoted = "log", "user"

    def line(self, columns):
        return ", ".join(columns)

    def holds(self, question):
        return f"{question.column} LIKE '%{question.value}%'"

    def equals(self, question):
        return f"{self.quoted if question.column == 'user' else question.column} = '{question.value}'"

    def request(self, question):
        if question.what == "counts":
            return self.counts.format(line=self.line(["section", "action", "count(*)"]), table=self.table)
        where = self.holds(question) if question.inside else self.equals(question)
        if question.end:
            where += f" AND ts >= {question.begin} AND ts < {question.end}"
        columns = [self.quoted if name == "user" else name for name in COLUMNS]
        return f"SELECT {self.line(columns)} FROM {self.table} WHERE {where} ORDER BY ts DESC LIMIT {question.limit}"


class ClickHouse(SqlStore):
    """Debian's server. It has neither codecs of columns worth the name nor an index on fragments that helps."""
    name = "ClickHouse 18.16 (Debian)"
    few = {"pc", "user", "section", "action", "app", "drive", "usb"}  # texts of which there are few different ones

    def table_of(self, time="ts UInt64", more=""):
        texts = [f"{name} {'LowCardinality(String)' if name in self.few else 'String'}" for name in TEXTS]
        return f"CREATE TABLE log ({', '.join([time, *texts, 'bytes UInt64'])}{more}) ENGINE = MergeTree ORDER BY (user, ts)"

    def load(self):
        part = self.folder / "1"
        (part / "config.d").mkdir(parents=True)
        # Its connection waits while the others are asked.
        (part / "config.d/bench.xml").write_text(
            "<yandex><compression><case><method>zstd</method></case></compression>"
            "<keep_alive_timeout>86400</keep_alive_timeout></yandex>\n")
        said = subprocess.run([TOP / "tests/support/clickhouse.sh", "start", self.folder], stdout=subprocess.PIPE, check=True)
        address, _, password = said.stdout.decode().split()[:3]
        self.pid = int((part / "pid").read_text())
        self.program = [sys.executable, str(HERE / "clickhouse_asked.py"), address, password, str(self.pid)]
        before = cpu_of(self.pid)
        statements = [self.table_of(), f"insert {self.tsv}", "CPU", "OPTIMIZE TABLE log FINAL"]
        _, printed = run_counted([*self.program, "load"], input="\n".join(statements).encode())
        self.find_parts()
        return float(printed.split(b"\t")[1]) - before, cpu_of(self.pid) - before

    def find_parts(self):
        """What was merged away stays for some minutes; it is not counted. While parts are merged behind, OPTIMIZE leaves them."""
        self.paths = []
        asked = Asked([*self.program, "ask"])
        for _ in range(60):
            _, _, paths = asked.ask("SELECT path FROM system.parts WHERE active AND table = 'log'")
            if len(paths) == 1:
                break
            time.sleep(1)
            asked.ask("OPTIMIZE TABLE log FINAL")
        asked.close()
        self.paths = [path.decode() for path in paths]

    def bytes(self):
        return sum(size(path) for path in self.paths)

    def command(self):
        return [*self.program, "ask"]

    def fresh_start(self):
        super().fresh_start()
        self.asked.ask("SYSTEM DROP MARK CACHE")

    def end(self):
        subprocess.run([TOP / "tests/support/clickhouse.sh", "stop", self.folder], check=True)


class Chdb(ClickHouse):
    """The newer one, in a process of Node.js."""
    name = "ClickHouse 26.7 (chdb)"
    aids = ""

    def __init__(self, work, tsv, name="", aids=""):
        super().__init__(work, tsv)
        if aids:
            self.name, self.aids, self.folder = name, aids, Path(f"{self.folder}-{name.split()[-1]}")
        self.program = ["node", str(HERE / "chdb.mjs")]

    def table_of(self, time="ts UInt64 CODEC(Delta, ZSTD(3))", more=""):
        made = super().table_of(time, more + self.aids)
        return made.replace("String)", "String) CODEC(ZSTD(3))").replace(" String,", " String CODEC(ZSTD(3)),").replace(
            "bytes UInt64", "bytes UInt64 CODEC(T64, ZSTD(3))")

    def load(self):
        shape = ", ".join(["ts UInt64", *(f"{name} String" for name in TEXTS), "bytes UInt64"])
        statements = [self.table_of(), f"INSERT INTO log SELECT * FROM file('{self.tsv}', 'TabSeparatedRaw', '{shape}')", "CPU",
                      "OPTIMIZE TABLE log FINAL", "SELECT path FROM system.parts WHERE active AND table = 'log'"]
        used, printed = run_counted([*self.program, "load", str(self.folder)], input="\n".join(statements).encode())
        cpu, *self.paths = printed.decode().splitlines()
        return float(cpu.split("\t")[1]), used

    def command(self):
        return [*self.program, "ask", str(self.folder)]

    def request(self, question):
        # An answer that was kept from before would be measured otherwise.
        return super().request(question) + " SETTINGS use_query_condition_cache = 0"

    fresh_start = Store.fresh_start

    def end(self):
        pass


class DuckDb(SqlStore):
    name = "DuckDB, Parquet"
    quoted = '"user"'

    def __init__(self, work, tsv):
        super().__init__(work, tsv)
        self.table = f"'{self.folder}/log.parquet'"

    def line(self, columns):
        return f"concat_ws(chr(9), {', '.join(columns)})"

    def load(self):
        self.folder.mkdir()
        types = {name: "VARCHAR" for name in COLUMNS} | {"ts": "UBIGINT", "bytes": "UBIGINT"}
        statement = (f"COPY (SELECT * FROM read_csv('{self.tsv}', delim = '\t', quote = '', escape = '', header = false, "
                     f"auto_detect = false, nullstr = '\\N', columns = {json.dumps(types)}) ORDER BY \"user\", ts) "
                     f"TO {self.table} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3)")
        used, _ = run_counted(["node", str(HERE / "duckdb.mjs"), "load", str(self.folder)], input=statement.encode())
        return used, used

    def command(self):
        return ["node", str(HERE / "duckdb.mjs"), "ask", str(self.folder)]


class Sqlite(SqlStore):
    """B-trees for what is asked, and FTS5's index of three characters, the smallest form of it that finds fragments."""
    name = "SQLite, FTS5 trigram"
    column_store = False

    def line(self, columns):
        return "CAST(" + " || char(9) || ".join(columns) + " AS TEXT)"

    def holds(self, question):
        return f"rowid IN (SELECT rowid FROM fragments WHERE path LIKE '%{question.value}%')"

    def equals(self, question):
        # Or it does not use an index that leaves out the empty ones.
        return super().equals(question) + (" AND usb <> ''" if question.column == "usb" else "")

    def load(self):
        self.folder.mkdir()
        columns = ", ".join(f"{name} {'INTEGER' if name in ('ts', 'bytes') else 'TEXT'}" for name in COLUMNS)
        statements = f"""PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
CREATE TABLE log ({columns});
.mode ascii
.separator "\\t" "\\n"
.import {shlex.quote(str(self.tsv))} log
CREATE INDEX by_user ON log(user, ts);
CREATE INDEX by_pc ON log(pc, ts);
CREATE INDEX by_usb ON log(usb, ts) WHERE usb <> '';
CREATE INDEX by_section ON log(section, action);
CREATE VIRTUAL TABLE fragments USING fts5(path, content = 'log', detail = none, tokenize = 'trigram');
INSERT INTO fragments(fragments) VALUES ('rebuild');
INSERT INTO fragments(fragments) VALUES ('optimize');
"""
        used, _ = run_counted(["sqlite3", "-bail", str(self.folder / "log.db")], input=statements.encode())
        return used, used

    def command(self):
        return [sys.executable, str(HERE / "sqlite_asked.py"), str(self.folder / "log.db")]


class Grep(Store):
    name = "zstd -3, zstdcat and grep"
    column_store = False

    def load(self):
        self.folder.mkdir()
        self.file = self.folder / "log.zst"
        used, _ = run_counted(["zstd", "-q", "-3", str(self.tsv), "-o", str(self.file)])
        return used, used

    def command(self):
        return [sys.executable, str(HERE / "grep_asked.py")]

    def request(self, question):
        read = f"zstdcat {shlex.quote(str(self.file))} | LC_ALL=C "
        if question.what == "counts":
            return read + "awk -F'\\t' '{ n[$4 FS $5]++ } END { for (i in n) print i FS n[i] }'"
        place = COLUMNS.index(question.column) + 1
        test = f'index(${place}, "{question.value}")' if question.inside else f'${place} == "{question.value}"'
        if question.end:
            test += f" && $1 >= {question.begin} && $1 < {question.end}"
        return f"{read}grep -F {shlex.quote(question.value)} | LC_ALL=C awk -F'\\t' '{test}' | tail -n {question.limit}"


def stores(work, tsv):
    """All that can be had here, ours first; a line for what is missing."""
    fresh = Yagura(work, tsv)
    out = [fresh, YaguraMerged(work, tsv, fresh)]
    if shutil.which("clickhouse-server", path=os.environ["PATH"] + ":/usr/sbin"):
        out.append(ClickHouse(work, tsv))
    else:
        print("without ClickHouse 18.16: the package clickhouse-server is not installed")
    more = (", INDEX by_pc pc TYPE bloom_filter GRANULARITY 1, INDEX by_usb usb TYPE bloom_filter GRANULARITY 1, "
            "PROJECTION counts (SELECT section, action, count() GROUP BY section, action), INDEX by_path path TYPE ")
    out += [Chdb(work, tsv),
            Chdb(work, tsv, "… with n-gram bloom", more + "ngrambf_v1(2, 16384, 3, 0) GRANULARITY 1"),
            Chdb(work, tsv, "… with its text index", more + "text(tokenizer = ngrams(2))"),
            DuckDb(work, tsv), Sqlite(work, tsv), Grep(work, tsv)]
    return out
