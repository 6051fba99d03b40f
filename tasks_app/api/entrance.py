"""What happens to every HTTP request, whoever answers it: Django, or an edge of ours.

It gets an id, a limit to its size, and a line in the log. What is answered below Django
becomes a problem document here.
"""

from __future__ import annotations

import functools
import json
import logging
import re
import time
from typing import Any, Final

from django.conf import settings

from tasks_app import audit
from tasks_app.conf import setting
from tasks_app.servers import hang_up
from tasks_app.trace import Trace, of_scope, traced

from .fallback import KIND, document, is_for_programs
from .parsers import FORM_BYTES

logger = logging.getLogger(__name__)

ID: Final = b"x-request-id"
UNLOGGED: Final = ("/healthz",)
GONE: Final = 499  # as nginx says: the client left before the answer


# Where files come in, and how many at once.
FILES: Final = (
    (re.compile(r"/api/v1/tasks/(?:[0-9a-f-]{36}/artifacts/)?"), 1),
    (re.compile(r"/admin/tasks_app/task/new/"), settings.DATA_UPLOAD_MAX_NUMBER_FILES),
)


class TooLargeError(Exception):
    """More came than any request may hold."""


class Visit:
    """One request and its answer."""

    def __init__(self, scope: Any, receive: Any, send: Any, trace: Trace) -> None:
        self.trace, self.status, self.path = trace, 0, scope["path"]
        self.method = scope["method"]
        self._receive, self._send = receive, send
        self._is_for_programs = is_for_programs(self.path)
        # What is announced counts at once, what comes unannounced as it comes.
        length = dict(scope["headers"]).get(b"content-length", b"0")
        self._announced, self._received = int(length), 0
        self._is_replaced = False

    async def receive(self) -> Any:
        """Hand on what comes; raises TooLargeError."""
        self._check(self._announced)
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self._check(self._received)
        return message

    def _check(self, size: int) -> None:
        if size > most_bytes(self.path) and not self.status:
            raise TooLargeError

    async def send(self, message: Any) -> None:
        """Hand on the answer; one that tells a program nothing is replaced."""
        if message["type"] == "http.response.start":
            headers = {name.lower(): value for name, value in message["headers"]}
            told = headers.get(b"content-type", b"").endswith(b"json")
            if message["status"] >= 400 and self._is_for_programs and not told:
                self._is_replaced = True
                await self.refuse(message["status"])
                return
            self.status = message["status"]
            if ID not in headers:
                own = (ID, self.trace.request_id.encode())
                message = {**message, "headers": [*message["headers"], own]}
        if not self._is_replaced:
            await self._send(message)

    async def refuse(self, status: int) -> None:
        """Answer with what is to be said of `status`."""
        self.status, chosen = status, self.trace.request_id
        body = json.dumps(document(status)).encode()
        headers = [(b"content-type", KIND.encode()), (ID, chosen.encode())]
        start = {"type": "http.response.start", "status": status, "headers": headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def tell_audit(self, outcome: str, status: int) -> None:
        """Write what Django's line would say, had it got this far."""
        facts = {"method": self.method, "path": self.path, "status": status}
        audit.record("unknown", who="", outcome=outcome, **facts)

    def log(self, seconds: float) -> None:
        """Write the one line about this request."""
        if self.path in UNLOGGED:
            return
        status, milliseconds = self.status or GONE, round(seconds * 1000)
        facts = {
            "method": self.method,
            "path": self.path,
            "status": status,
            "duration_ms": milliseconds,
        }
        words = (self.method, self.path, status, milliseconds)
        logger.info("%s %s %s in %s ms", *words, extra=facts)


def most_bytes(path: str) -> int:
    """Return how large a body may be; Django keeps it on disk before anybody looks."""
    files = sum(count for route, count in FILES if route.fullmatch(path))
    return int(FORM_BYTES + files * setting("MAX_UPLOAD_BYTES"))


def entrance(application: Any) -> Any:
    """Return the application of HTTP requests, with an entrance before it."""

    async def enter(scope: Any, receive: Any, send: Any) -> None:
        trace = of_scope(scope)
        visit = Visit(scope, receive, send, trace)

        @functools.wraps(send)  # who hangs up looks for what is below
        async def answer(message: Any) -> None:
            await visit.send(message)

        began = time.monotonic()
        with traced(trace):
            try:
                await application(scope, visit.receive, answer)
            except TooLargeError:
                visit.tell_audit("refused", 413)
                await visit.refuse(413)
            except Exception:
                logger.exception("A request was not answered.")
                if visit.status:
                    hang_up(send)  # what breaks off must not look whole
                    raise
                await visit.refuse(500)
            finally:
                visit.log(time.monotonic() - began)

    return enter
