"""Things of which every process has one of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class PerProcess(Generic[Thing]):
    """Makes a thing when it is first asked for, and keeps it.

    A forked child makes its own: threads and their locks do not survive a fork.
    """

    _made: Thing | None
    _lock: threading.Lock

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def __call__(self) -> Thing:
        """Return this process's thing."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _forget(self) -> None:
        self._made = None
        self._lock = threading.Lock()
