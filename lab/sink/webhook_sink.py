"""Keeps every POST as one JSON file; the file appears whole or not at all. Answers 204, or the status in FOLDER/fail."""
import datetime
import http.server
import json
import pathlib
import sys
import threading

LARGEST_BODY = 1 << 20
lock = threading.Lock()


class Sink(http.server.BaseHTTPRequestHandler):
    folder: pathlib.Path

    def do_POST(self) -> None:  # noqa: N802 (the library's name)
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= LARGEST_BODY:
            self.send_error(413)
            return
        body = self.rfile.read(length).decode("utf-8", "replace")
        fail = self.folder / "fail"
        status = int(fail.read_text()) if fail.exists() else 204
        call = {
            "time": datetime.datetime.now().astimezone().isoformat(),
            "path": self.path,
            "status": status,
            "headers": dict(self.headers),
            "body": body,
        }
        with lock:
            number = len(list(self.folder.glob("*.json")))
            part = self.folder / "part"
            part.write_text(json.dumps(call, ensure_ascii=False, indent=1), encoding="utf-8")
            part.rename(self.folder / f"{number:06}.json")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    host, port = sys.argv[1].rsplit(":", 1)
    Sink.folder = pathlib.Path(sys.argv[2])
    http.server.ThreadingHTTPServer((host, int(port)), Sink).serve_forever()


main()
