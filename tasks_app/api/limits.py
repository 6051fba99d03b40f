"""How much one caller may ask, by kind of request.

A window begins with its first request. While Redis is away nothing is counted: a limit
protects the service, and refusing everybody would do the harm it is there to prevent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tasks_app.counting import counter
from tasks_app.trace import current

if TYPE_CHECKING:
    from rest_framework.views import APIView

OF_METHOD: Final = {"PATCH": "status_update", "PUT": "status_update"}
OF_ACTION: Final = {
    **dict.fromkeys(("create", "batch"), "submit"),
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


class Limit(BaseThrottle):
    """The limit of each request; a view may name its own as `limit`."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; raises TooManyRequestsError for one too many."""
        scope = scope_of(request, view)
        most, window = settings.RATE_LIMITS[scope]
        if not most:
            return True
        who = f"user:{request.user.pk}" if request.user.pk else current().address
        found = counter().count(f"sightline:limit:{scope}:{who}", window=window)
        if found is None:
            return True
        quota = Quota(scope, most, window, *found)
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
