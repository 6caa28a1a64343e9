"""The server beside a quiet lab for some minutes, with the intervals of the pack."""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ground"))
from server import Server, Table  # noqa: E402

folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
server = Server(folder, more=["--lab", sys.argv[3]])
server.start()
table = Table("server at rest with the lab", "measured", "must")
try:
    time.sleep(30)  # first polls: what a device has is looked up once
    before, begun = server.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    share = (server.cpu_seconds() - before) / (time.monotonic() - begun) * 100
    now, most = server.memory()
    table.row(f"CPU over {seconds} s, % of a core", f"{share:.2f}", "<= 1", good=share <= 1)
    table.row("memory, MB", f"{now:.1f}", "<= 80", good=now <= 80)
    table.row("memory at most, MB", f"{most:.1f}", "")
finally:
    server.stop()
table.end()
