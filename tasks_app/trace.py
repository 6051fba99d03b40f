"""For whom the code runs just now: what a line of the log says besides its words.

One object for a request or an attempt. Whoever learns something writes it into the
object, so that it is known to all threads and coroutines that work for the same.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

PLAIN: Final = re.compile(r"[\w.:+/=-]{1,100}", re.ASCII)  # cannot forge a log line


@dataclass(slots=True)
class Trace:
    """A request or an attempt; `user` may be asked for when a line is written."""

    request_id: str = ""
    user: str | Callable[[], str] = ""
    task: str = ""
    attempt: int | None = None


_now: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """Return what runs now; None outside of every request and attempt."""
    return _now.get()


@contextmanager
def traced(trace: Trace) -> Iterator[Trace]:
    """Do what follows for `trace`."""
    token = _now.set(trace)
    try:
        yield trace
    finally:
        _now.reset(token)


def request_id(given: str) -> str:
    """Return the id that a client chose, when it is plain, else a new one."""
    return given if PLAIN.fullmatch(given) else uuid.uuid4().hex
