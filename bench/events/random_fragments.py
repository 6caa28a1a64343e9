#!/usr/bin/python3
"""Fragments as people may type them, for years_bench --fragments: from anywhere in the texts of the records on standard input, two ideographs
and more, or three characters and more; of each hundred 18 of ideographs mixed and 12 of hexadecimal digits, which mostly stand nowhere.
   generate_operation_log ... | random_fragments.py COUNT"""
import random
import sys

count = int(sys.argv[1])
rows = [line.rstrip("\n").split("\t") for line in sys.stdin]
rng = random.Random(1)
FIRST_TEXT, LAST_TEXT = 1, 9  # of the columns; behind them numbers


def is_useful(text):
    if any(c in text for c in '"\t') or text != text.strip():
        return False
    return len(text) >= 3 or (len(text) == 2 and min(map(ord, text)) >= 0x2E80)


def of_a_text():
    texts = [text for text in rng.choice(rows)[FIRST_TEXT:LAST_TEXT + 1] if len(text) >= 2]
    text, length = rng.choice(texts), rng.randint(2, 8)
    begin = rng.randrange(max(1, len(text) - length + 1))
    return text[begin:begin + length]


def of_ideographs():
    all_of_two = "".join("".join(rng.choice(rows)[FIRST_TEXT:LAST_TEXT + 1]) for _ in range(2))
    ideographs = [c for c in all_of_two if 0x4E00 <= ord(c) < 0xA000]
    return "".join(rng.choice(ideographs) for _ in range(rng.randint(2, 4))) if len(ideographs) >= 8 else ""


def of_digits():
    return "".join(rng.choice("0123456789abcdef") for _ in range(rng.randint(3, 8)))


found = {}  # in order
for share, make in ((70, of_a_text), (88, of_ideographs), (100, of_digits)):
    while len(found) < count * share // 100:
        fragment = make()
        if is_useful(fragment):
            found[fragment] = None
print("\n".join(found))
