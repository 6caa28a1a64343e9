"""Our event store beside its peers: the same file into each, the same questions to all in turn, every answer compared with
the file. bench/event_peers.sh starts it: compare.py TSV FOLDER; exits 1 when an answer differs or a bound is
missed."""
import signal
import sys
import time
from pathlib import Path
from statistics import mean, median

from questions import questions
from stores import stores

WARM, COLD = 9, 3
LONG = 5000  # milliseconds


def say(text):
    print(text, flush=True)


def ask_all(all_stores, asked):
    """figures[store][question]: milliseconds warm, cold, of CPU warm and cold; and what was wrong."""
    figures, wrong = {store: {} for store in all_stores}, []
    times = {(store, question.name): ([], [], [], []) for store in all_stores for question in asked}

    def once(store, question, place):
        taken = times[store, question.name]
        if len(taken[place]) > 1 and sum(taken[place]) > LONG:
            return  # what takes seconds is as clear after two
        if place == 1:
            store.fresh_start()
        ms, cpu, lines = store.ask(question)
        taken[place].append(ms)
        taken[place + 2].append(cpu)
        if fault := question.differs(lines):
            wrong.append(f"{store.name}: {question.name}: {fault}")

    for question in asked:
        for _ in range(COLD):
            for store in all_stores:
                once(store, question, 1)
        for _ in range(WARM):
            for store in all_stores:
                once(store, question, 0)
    for (store, name), (warms, colds, *cpus) in times.items():
        # Means of CPU: the server's are counted in steps of 10 ms.
        figures[store][name] = median(warms), median(colds), *map(mean, cpus)
    return figures, sorted(set(wrong))


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head, rows):
    say("\n| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        say("| " + " | ".join(row) + " |")


def tables(all_stores, asked, figures, rows):
    names = [question.name for question in asked]
    short = [name.split()[0] for name in names]
    per = {store: store.per_record for store in all_stores}

    def speed(store):
        taken, merged = (rows / seconds / 1e6 for seconds in store.seconds)
        return f"{taken:.2f}" + (f" ({merged:.2f} with merging)" if merged < taken * .99 else "")

    table(["store", "bytes/record", "M records/core-s", *(f"{name} warm / cold ms" for name in short)],
          [[store.name, f"{per[store]:.1f}", speed(store), *(
              " / ".join(map(number, figures[store][name][:2])) for name in names)] for store in all_stores])
    table(["CPU ms, warm / cold", *short], [[store.name, *(
        " / ".join(map(number, figures[store][name][2:])) for name in names)] for store in all_stores])
    ours = all_stores[1]
    table([f"times {ours.name}", "bytes", *(f"{name} warm / cold" for name in short)],
          [[store.name, f"{per[store] / per[ours]:.2f}", *(" / ".join(
              number(theirs / mine) for theirs, mine in zip(figures[store][name][:2], figures[ours][name][:2]))
              for name in names)] for store in all_stores])
    return missed(all_stores, names, figures, per)


def missed(all_stores, names, figures, per):
    """Smaller than each; faster than each column store in every question, warm and cold."""
    ours, out = all_stores[1], []
    for store in all_stores[2:]:
        if per[store] <= per[ours]:
            out.append(f"{store.name} is smaller")
        for name in names if store.column_store else []:
            for place, when in enumerate(("warm", "cold")):
                if figures[store][name][place] <= figures[ours][name][place]:
                    out.append(f"{store.name} is as fast or faster in {name}, {when}: "
                               f"{number(figures[store][name][place])} ms, {number(figures[ours][name][place])} ms")
    return out


def main():
    tsv, work = Path(sys.argv[1]), Path(sys.argv[2])
    asked, rows = questions(tsv)
    say(f"{rows:,} records, {tsv.stat().st_size / rows:.1f} bytes each")
    all_stores = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and the servers end, too
    try:
        for store in stores(work, tsv):
            all_stores.append(store)
            begin = time.monotonic()
            store.seconds = store.load()
            store.per_record = store.bytes() / rows
            say(f"{store.name}: loaded in {time.monotonic() - begin:.0f} s, {sum(store.seconds[1:]):.1f} s of CPU, "
                f"{store.per_record:.2f} bytes/record")
        figures, wrong = ask_all(all_stores, asked)
        slower = tables(all_stores, asked, figures, rows)
    finally:
        for store in all_stores:
            store.stop()
            getattr(store, "end", lambda: None)()
    for question in asked:
        say(f"{question.name}: {len(question.lines):,} {'groups' if question.what == 'counts' else 'records'} found")
    say(f"what agents do before, on their own PCs: {rows / all_stores[0].agents / 1e6:.2f} M records/core-s")
    for fault in wrong:
        say(f"WRONG: {fault}")
    for fault in slower:
        say(f"MISSED: {fault}")
    sys.exit(1 if wrong or slower else 0)


main()
