"""For whom the code runs just now: what a line of the log says besides its words.

One object for a request or an attempt. Whoever learns something writes it into the
object, so that it is known to all threads and coroutines that work for the same.
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings

PLAIN: Final = re.compile(r"[\w.:+/=-]{1,100}", re.ASCII)  # cannot forge a log line


@dataclass(slots=True)
class Trace:
    """A request or an attempt; `user` may be asked for when a line is written."""

    request_id: str = ""
    user: str | Callable[[], str] = ""
    task: str = ""
    attempt: int | None = None
    address: str = ""
    agent: str = ""
    action: str = ""  # what is asked for, in the word of the audit log
    what: dict[str, Any] = field(default_factory=dict)  # and of what, but for the task
    is_audited: bool = False  # by whoever knew more than the request's line would say


_now: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace:
    """Return what runs now; an empty one outside of every request and attempt."""
    return _now.get() or Trace()


@contextmanager
def traced(trace: Trace) -> Iterator[Trace]:
    """Do what follows for `trace`."""
    token = _now.set(trace)
    try:
        yield trace
    finally:
        _now.reset(token)


def of_scope(scope: Mapping[str, Any]) -> Trace:
    """Return the trace of what ASGI describes."""
    pairs = scope["headers"]
    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in pairs}
    return of_request(headers, peer=(scope.get("client") or ("",))[0])


def of_request(headers: Mapping[str, str], *, peer: str) -> Trace:
    """Return the trace of a request that came from `peer`, a proxy or the client."""
    return Trace(
        request_id(headers.get("x-request-id", "")),
        address=_address(headers.get("x-forwarded-for", ""), peer=peer),
        agent=headers.get("user-agent", ""),
    )


def request_id(given: str) -> str:
    """Return the id that a client chose, when it is plain, else a new one."""
    return given if PLAIN.fullmatch(given) else uuid.uuid4().hex


def _address(forwarded: str, *, peer: str) -> str:
    """Return the client's address; what a proxy says of it only where there is one."""
    # The last one is the proxy's word, those before it are anybody's.
    said = forwarded.rpartition(",")[2] if settings.BEHIND_PROXY else ""
    try:
        return str(ipaddress.ip_address((said or peer).strip()))
    except ValueError:
        return ""
