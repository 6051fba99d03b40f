"""A real HTTP server that takes webhooks, and checks their signatures by itself."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Call:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    def is_signed_with(self, secret: str) -> bool:
        """Whether it is from who knows the secret, and fresh."""
        at = self.headers["webhook-timestamp"]
        key = base64.b64decode(secret.partition("_")[2])
        text = f"{self.id}.{at}.".encode() + self.body
        right = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
        given = self.headers["webhook-signature"].split(" ")
        return f"v1,{right}" in given and abs(time.time() - int(at)) < 60


@dataclass
class Receiver:
    """Answers with `codes` in turn, the last of them for ever."""

    codes: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    hang_seconds: float = 0  # before it answers
    drip_seconds: float = 0  # between the bytes of its answer
    context: ssl.SSLContext | None = None
    calls: list[Call] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.over = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        if self.context is not None:
            self.server.socket = self.context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.05])
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?for=us"

    @property
    def told(self) -> list[str]:
        """What kinds of messages came."""
        return [call.told["type"] for call in self.calls]

    def take(self, call: Call) -> int:
        """Remember the request, and return the code to answer with, after a while."""
        self.calls.append(call)
        number = min(len(self.calls), len(self.codes)) - 1
        self.over.wait(self.hang_seconds)
        return self.codes[number]

    def say(self, code: int, write: Any) -> None:
        """Answer, if wanted byte by byte."""
        lines = [f"HTTP/1.1 {code} x", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        said = "\r\n".join([*lines, "", ""]).encode() + self.answer
        if not self.drip_seconds:
            write(said)
            return
        for byte in said:
            if self.over.wait(self.drip_seconds):
                return
            write(bytes([byte]))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                call = Call(self.path, dict(self.headers), body)
                outer.say(outer.take(call), self.wfile.write)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # who asked has left
                    super().handle()

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()

            def log_message(self, *_: Any) -> None:
                return

        return Handler
