"""How much one caller may ask, by kind of request.

A counter in Redis, raised and read in one round trip and in one transaction: it holds
however many processes count at once. A window begins with its first request. While
Redis is away nothing is counted: a limit protects the service, and refusing everybody
would do the harm it is there to prevent.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tasks_app.process import PerProcess

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

SECONDS: Final = 0.25  # that Redis may take to answer
AWAY_SECONDS: Final = 5.0  # during which a Redis that did not answer is not asked
OF_METHOD: Final = {"PATCH": "status_update", "PUT": "status_update"}
OF_ACTION: Final = {
    "create": "submit",
    **dict.fromkeys(("claim", "renew", "attach"), "status_update"),
}


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit: `left` requests within `seconds`."""

    scope: str
    most: int
    window: int
    used: int
    seconds: int

    @property
    def left(self) -> int:
        """How many more requests are taken."""
        return max(0, self.most - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.most


class TooManyRequestsError(APIException):
    """429; `scope` is the limit that was passed, `wait` the seconds it still lasts."""

    status_code = 429
    default_code = "too_many_requests"

    def __init__(self, quota: Quota) -> None:
        self.scope, self.wait = quota.scope, quota.seconds
        limit = f"{quota.most} requests in {quota.window} seconds"
        super().__init__(
            f"At most {limit} of this kind (“{quota.scope}”) are taken from you."
            f" Ask again in {quota.seconds} s."
        )


class Counter:
    """This process's way to the counters."""

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

    def count(self, key: str, *, window: int) -> tuple[int, float] | None:
        """Return how many requests there were in this window, and its seconds left.

        None while Redis is away.
        """
        if time.monotonic() < self._away_until:
            return None
        try:
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(key, 0, ex=window, nx=True)
                pipe.incr(key)
                pipe.pttl(key)
                _, used, milliseconds = pipe.execute()
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            if not self._is_away:
                logger.warning("No limits hold while Redis is away: %s", error)
            self._is_away = True
            return None
        if self._is_away:
            logger.warning("Redis is back; limits hold again.")
        self._is_away = False
        return used, milliseconds / 1000


counter = PerProcess(Counter)


class Limit(BaseThrottle):
    """The limit of each request; a view may name its own as `limit`."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; raises TooManyRequestsError for one too many."""
        scope = scope_of(request, view)
        most, window = settings.RATE_LIMITS[scope]
        if not most:
            return True
        who = f"user:{request.user.pk}" if request.user.pk else self.get_ident(request)
        found = counter().count(f"sightline:limit:{scope}:{who}", window=window)
        if found is None:
            return True
        used, seconds = found
        quota = Quota(scope, most, window, used, max(1, math.ceil(seconds)))
        request.META["quota"] = quota
        if quota.is_exceeded:
            raise TooManyRequestsError(quota)
        return True


def scope_of(request: Request, view: Any) -> str:
    """Return the limit under which the request falls."""
    if own := getattr(view, "limit", ""):
        return str(own)
    method = request.method or ""
    if method in SAFE_METHODS:
        return "read"
    action = getattr(view, "action", "")
    return OF_METHOD.get(method) or OF_ACTION.get(action, "act")


class QuotaHeaders:
    """Tells the quota with every answer, as draft-ietf-httpapi-ratelimit-headers-10."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        quota = request.META.get("quota")
        if quota is not None:
            name = f'"{quota.scope}"'
            response["RateLimit-Policy"] = f"{name};q={quota.most};w={quota.window}"
            response["RateLimit"] = f"{name};r={quota.left};t={quota.seconds}"
        return response
