"""Counts of sign-ins: in Redis, where they hold for all processes at once.

While Redis is away each process counts by itself. A count ends when its window does,
however often is tried meanwhile, so nobody is kept out for ever.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from typing import Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from tasks_app.process import PerProcess

logger = logging.getLogger(__name__)

SECONDS: Final = 1.0  # that Redis may take to answer
MOST_KEYS: Final = 10_000  # counted without Redis
LOWER: Final = (
    "return redis.call('exists', KEYS[1]) == 1 and redis.call('decr', KEYS[1])"
)


class Attempts:
    """This process's way to the counts."""

    def __init__(self) -> None:
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        self._own: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def count(self, *of: str, window: int) -> tuple[int, int]:
        """Return the count with this attempt, and the seconds until it ends."""
        key = _key(*of)
        try:
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(key, 0, ex=window, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
                _, number, left = pipe.execute()
                return int(number), max(1, int(left))
        except redis.RedisError as error:
            logger.warning("Sign-ins are counted by this process alone: %s", error)
            return self._count_here(key, window)

    def forget(self, *of: str) -> None:
        """Begin to count anew."""
        key = _key(*of)
        with self._lock:
            self._own.pop(key, None)
        try:
            self._redis.delete(key)
        except redis.RedisError:
            return

    def forgive(self, *of: str) -> None:
        """Take back one attempt."""
        key = _key(*of)
        with self._lock:
            number, end = self._own.get(key, (0, 0.0))
            self._own |= {key: (number - 1, end)} if number else {}
        try:
            self._redis.eval(LOWER, 1, key)
        except redis.RedisError:
            return

    def remember(self, *of: str, seconds: int) -> None:
        """Know something for so long."""
        try:
            self._redis.set(_key("known", *of), 1, ex=seconds)
        except redis.RedisError:
            return

    def knows(self, *of: str) -> bool:
        """Whether it is remembered."""
        try:
            return bool(self._redis.exists(_key("known", *of)))
        except redis.RedisError:
            return False

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
