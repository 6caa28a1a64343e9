"""The five questions, and what the generated file itself answers: every line is looked at."""
from collections import Counter
from dataclasses import dataclass, field

COLUMNS = "ts pc user section action app title path drive usb url bytes".split()
DAY = 86_400_000


@dataclass
class Question:
    name: str
    what: str            # "rows" or "counts"
    column: str = ""     # of rows: this column …
    value: str = ""      # … is this, or holds it where `inside`
    inside: bool = False
    begin: int = 0       # milliseconds; 0 for no limits of time
    end: int = 0
    limit: int = 100
    lines: list = field(default_factory=list)  # that the file answers, all of them

    def differs(self, found):
        """What is wrong with these lines, or None. Of one instant at the edge of the newest ones any may be given."""
        lines, found = sorted(self.lines), sorted(found)
        if len(lines) > self.limit and self.what == "rows":
            if len(found) != self.limit:
                return f"{len(found)} lines, not {self.limit}"
            edge = int(lines[-self.limit].split(b"\t", 1)[0])
            lines, found = ([line for line in some if int(line.split(b"\t", 1)[0]) > edge] for some in (lines, found))
        return None if lines == found else f"{len(found)} lines of {len(lines)} in the file, or others"


def questions(file):
    """Asks for what stands in the middle of the file, and answers from all of it."""
    user = usb = None
    with open(file, "rb") as lines:
        lines.seek(lines.seek(0, 2) // 2)
        lines.readline()
        for line in lines:
            cells = line.rstrip(b"\n").split(b"\t")
            if user is None:
                user, pc, day = cells[2].decode(), cells[1].decode(), int(cells[0]) // DAY * DAY
            if cells[9]:
                usb = cells[9].decode()
                break
    if usb is None:
        raise SystemExit("no USB device in the second half of the file: take more rows")
    asked = [
        Question("Q1 one user's day", "rows", "user", user, begin=day, end=day + DAY, limit=5000),
        Question("Q2 a rare fragment in paths", "rows", "path", "鳳凰計画", inside=True),
        Question("Q2b the same, of common pairs of characters", "rows", "path", "収支見直", inside=True),
        Question("Q3 one USB serial", "rows", "usb", usb, limit=5000),
        Question("Q4 count by section and kind", "counts"),
        Question("Q5 last 100 of one PC", "rows", "pc", pc),
    ]
    rows = _answer(asked, file)
    if any(not question.lines for question in asked):
        raise SystemExit("a question that nothing answers: take more rows")
    return asked, rows


def _answer(asked, file):
    q1, q2, q2b, q3, q4, q5 = asked
    user, usb, pc = (question.value.encode() for question in (q1, q3, q5))
    rare, common = q2.value.encode(), q2b.value.encode()
    counts, rows = Counter(), 0
    with open(file, "rb") as lines:
        for line in lines:
            rows += 1
            cells = line.split(b"\t")
            counts[cells[3], cells[4]] += 1
            if cells[2] == user and q1.begin <= int(cells[0]) < q1.end:
                q1.lines.append(line[:-1])
            if rare in cells[7]:
                q2.lines.append(line[:-1])
            if common in cells[7]:
                q2b.lines.append(line[:-1])
            if cells[9] == usb:
                q3.lines.append(line[:-1])
            if cells[1] == pc:
                q5.lines.append(line[:-1])
    q4.lines = [b"%s\t%s\t%d" % (*pair, count) for pair, count in counts.items()]
    return rows
