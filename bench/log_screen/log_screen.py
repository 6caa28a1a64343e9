"""A server on a store of operation logs, and what Chromium needs to type searches into it; prints the table."""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import TOP, Server, Table, median, p95  # noqa: E402

BOUND = 300.0  # ms from the last key
folder = Path(sys.argv[1])
CONTRACT = "city"  # whose the records are (bench/events)


def packs():
    """A pack of that name: a real one but for its id."""
    out = folder / "packs"
    for name in ("_schema", "_base"):
        shutil.copytree(TOP / "packs" / name, out / name)
    shutil.copytree(TOP / "packs/matsusaka", out / CONTRACT)
    file = out / CONTRACT / "contract.yaml"
    file.write_text(re.sub(r"^  id: matsusaka$", f"  id: {CONTRACT}", file.read_text(), flags=re.M))
    return out


def searches():
    """People, PCs, Japanese fragments and what stands nowhere in turn, each once: what was asked before is not asked of the server again."""
    out = {}
    for number, line in enumerate((folder / "lines").read_text().splitlines()):
        _, pc, user, _, _, _, title, path, *_ = line.split("\t")
        fragment = re.search(r"[ぁ-んァ-ヶ一-龠ー]{3,6}", title + " " + path)
        kind, text = (("person", f"user:{user}"), ("PC", f"pc:{pc}"), ("fragment", fragment[0] if fragment else user), ("nowhere", f"竜宮{chr(0x4E00 + number * 37)}城"))[number % 4]
        out.setdefault(text, kind)
    return [(kind, text) for text, kind in out.items()][:41]


server = Server(folder, more=["--ui", TOP / "ui/dist", "--syslog-port", "off"], packs=packs(), contract=CONTRACT)
try:
    portal = server.signed_in(server.start(), CONTRACT)
    portal.call("PUT", "/log-search/purpose", {"said": "画面の速さを測るため"}, {"contract": CONTRACT})
    kinds = portal.get("/log-search/kinds")["kinds"]
    print(f"{sum(kind['rows'] for kind in kinds):,} records, opened in {server.started_in:.1f} s", flush=True)
    asked = [{"kind": kind, "text": text} for kind, text in searches()]
    (folder / "asked.json").write_text(json.dumps({"address": f"https://127.0.0.1:{server.port}", "cookie": portal.cookie, "asked": asked}))
    done = subprocess.run(["node", "bench/log_screen/browser.mjs", folder / "asked.json"], cwd=TOP, check=True, stdout=subprocess.PIPE, timeout=1200)
    took = json.loads(done.stdout)
    counted = took["searches"][1:]
    print(f"the first question {took['rest_ms']:.0f} ms after the last key; {len(counted)} searches, {sum(one['partial'] for one in counted)} not counted to their end")
    table = Table("from the last key to what is on the screen", "median ms", "p95 ms", "most ms")
    for what, key in (("first rows", "rows"), ("first histogram", "histogram"), ("both", "both"), ("all counted", "counted")):
        for kind in ("person", "PC", "fragment", "nowhere", ""):
            ms = [one[key] for one in counted if not kind or one["kind"] == kind]
            table.row(f"{what}, {kind or 'all'}", f"{median(ms):.0f}", f"{p95(ms):.0f}", f"{max(ms):.0f}", good=None if kind or key == "counted" else p95(ms) <= BOUND)
    table.end()
finally:
    server.stop()
