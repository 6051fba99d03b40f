"""The shop next door: a site of its own whose pages show tasks of Sightline.

`python examples/embed/serve.py` serves this folder on port 9000; the standard library
is enough. The shop's server knows a password of Sightline, its pages never do: for each
connection they are given a ticket, which opens one socket and is worthless after that.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
SIGHTLINE: Final = os.environ.get("SIGHTLINE", "http://127.0.0.1:8000")
USER: Final = os.environ.get("SIGHTLINE_USER", "alice")
PASSWORD: Final = os.environ.get("SIGHTLINE_PASSWORD", "alice")
PORT: Final = int(os.environ.get("PORT", "9000"))
BOUNDARY: Final = "a-line-that-is-in-no-file"


def ticket() -> Any:
    """Return {"ticket": …}. A real shop asks first who its visitor is."""
    return ask("auth/ticket/", {"path": "/ws/v1/tasks/"}, token=access())


def start() -> Any:
    """Hand a file in and return its task."""
    part = 'Content-Disposition: form-data; name="'
    form = (
        f'--{BOUNDARY}\r\n{part}operation"\r\n\r\nfiles.process\r\n'
        f'--{BOUNDARY}\r\n{part}file"; filename="bank-statement.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
        f"{(HERE.parent / 'bank-statement.csv').read_text()}\r\n--{BOUNDARY}--\r\n"
    )
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return send("tasks/", form.encode(), kind, token=access())


def access() -> str:
    """Sign in and return an access token. A busy shop keeps it while it is good."""
    answer = ask("auth/token/", {"username": USER, "password": PASSWORD})
    return str(answer["access"])


def ask(path: str, body: dict[str, str], *, token: str = "") -> Any:
    """Return Sightline's answer to a JSON body."""
    return send(path, json.dumps(body).encode(), "application/json", token=token)


def send(path: str, body: bytes, kind: str, *, token: str = "") -> Any:
    """Return Sightline's answer to `body`."""
    headers = {"Content-Type": kind}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{SIGHTLINE}/api/v1/{path}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


class Shop(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(HERE))

    def do_GET(self) -> None:
        """Serve the files beside this one, and where Sightline is."""
        if self.path == "/settings.json":
            self.answer(200, {"sightline": SIGHTLINE})
        else:
            super().do_GET()

    def do_POST(self) -> None:
        """Do what a page asks its own server to do."""
        work = {"/ticket": ticket, "/start": start}.get(self.path)
        if work is None:
            self.send_error(404)
            return
        try:
            self.answer(200, work())
        except urllib.error.HTTPError as error:
            self.answer(error.code, {"detail": "Sightline refused."})
        except OSError:
            self.answer(502, {"detail": "Sightline does not answer."})

    def answer(self, status: int, body: Any) -> None:
        """Send `body` as JSON."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", PORT), Shop) as server:
        print(f"The shop is open: http://127.0.0.1:{PORT}/", flush=True)  # noqa: T201
        server.serve_forever()
