"""Prints one line for each mail of a Maildir, oldest first: file, Date, From, To, Subject (decoded)."""
import email
import email.policy
import pathlib
import sys


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    files = [f for part in ("new", "cur") for f in (folder / part).glob("*")]
    for file in sorted(files, key=lambda f: f.stat().st_mtime_ns):
        with file.open("rb") as stream:
            mail = email.message_from_binary_file(stream, policy=email.policy.default)
        words = [str(mail[h] or "").replace("\t", " ") for h in ("Date", "From", "To", "Subject")]
        print(file, *words, sep="\t")


main()
