"""Counts that hold for all processes at once: they are in Redis.

A count is raised and read in one round trip and in one transaction. It begins with what
is counted first and ends with its window, however often is counted meanwhile. A Redis
that does not answer is not asked for some seconds.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Final, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from tasks_app.process import PerProcess

logger = logging.getLogger(__name__)

SECONDS: Final = 0.25  # that Redis may take to answer
AWAY_SECONDS: Final = 5.0  # during which a Redis that did not answer is not asked
AWAY: Final = (
    "No limits hold while Redis is away, and each process counts sign-ins alone: %s"
)

T = TypeVar("T")


class Counter:
    """This process's way to the counts; every answer is None while Redis is away."""

    def __init__(self) -> None:
        # A connection that broke while nobody used it is opened anew, at once and once.
        again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=again,
        )
        self._away_until = 0.0
        self._is_away = False

    def count(self, key: str, *, window: int) -> tuple[int, int] | None:
        """Return the count with this one, and the seconds until it ends."""

        def raised(client: redis.Redis) -> tuple[int, int]:
            with client.pipeline(transaction=True) as pipe:
                pipe.set(key, 0, ex=window, nx=True)
                pipe.incr(key)
                pipe.pttl(key)
                _, number, milliseconds = pipe.execute()
            return number, max(1, math.ceil(milliseconds / 1000))

        return self.ask(raised)

    def ask(self, command: Callable[[redis.Redis], T]) -> T | None:
        """Return what Redis answers."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer = command(self._redis)
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            if not self._is_away:
                logger.warning(AWAY, error)
            self._is_away = True
            return None
        if self._is_away:
            logger.warning("Redis is back; limits hold again.")
        self._is_away = False
        return answer


counter = PerProcess(Counter)
