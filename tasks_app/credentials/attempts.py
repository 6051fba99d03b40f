"""Counts of sign-ins, for all processes at once; while Redis is away, each for itself.

A count ends when its window does, however often is tried meanwhile, so nobody is kept
out for ever.
"""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Final

from tasks_app.counting import counter
from tasks_app.process import PerProcess

MOST_KEYS: Final = 10_000  # counted without Redis
LOWER: Final = (
    "return redis.call('exists', KEYS[1]) == 1 and redis.call('decr', KEYS[1])"
)


class Attempts:
    """What this process knows of sign-ins."""

    def __init__(self) -> None:
        self._own: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def count(self, *of: str, window: int) -> tuple[int, int]:
        """Return the count with this attempt, and the seconds until it ends."""
        key = _key(*of)
        return counter().count(key, window=window) or self._count_here(key, window)

    def forget(self, *of: str) -> None:
        """Begin to count anew."""
        key = _key(*of)
        with self._lock:
            self._own.pop(key, None)
        counter().ask(lambda redis: redis.delete(key))

    def forgive(self, *of: str) -> None:
        """Take back one attempt."""
        key = _key(*of)
        with self._lock:
            number, end = self._own.get(key, (0, 0.0))
            self._own |= {key: (number - 1, end)} if number else {}
        counter().ask(lambda redis: redis.eval(LOWER, 1, key))

    def remember(self, *of: str, seconds: int) -> None:
        """Know something for so long."""
        counter().ask(lambda redis: redis.set(_key("known", *of), 1, ex=seconds))

    def knows(self, *of: str) -> bool:
        """Whether it is remembered."""
        return bool(counter().ask(lambda redis: redis.exists(_key("known", *of))))

    def _count_here(self, key: str, window: int) -> tuple[int, int]:
        now = time.monotonic()
        with self._lock:
            if len(self._own) > MOST_KEYS:
                self._own.clear()
            number, end = self._own.get(key, (0, 0.0))
            if end <= now:
                number, end = 0, now + window
            self._own[key] = number + 1, end
            return number + 1, max(1, int(end - now))


attempts = PerProcess(Attempts)


def _key(*of: str) -> str:
    """Return a name that no name of a user can disturb."""
    return f"sightline:sign-in:{hashlib.sha256(repr(of).encode()).hexdigest()}"
