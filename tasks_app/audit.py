"""Who did what, from where, and what came of it: a line in the log for each action.

The history of a task says who changed it, and goes with it. These lines stay, and tell
of sign-ins, refusals, downloads and deletions too. Nothing of a body or query is here.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("sightline.audit")

LONGEST: Final = 150  # characters of what a client says of itself
READING: Final = ("GET", "HEAD", "OPTIONS")
REFUSALS: Final = (401, 403, 429)  # told of also where somebody only reads


@dataclass(slots=True)
class Where:
    """From where something is asked; of what no request asks, nowhere."""

    address: str = ""
    agent: str = ""
    request_id: str = ""
    is_told: bool = False  # by whoever knew more than the request's line would say


_where: ContextVar[Where | None] = ContextVar("where", default=None)


def here() -> Where:
    """Return from where the present request comes."""
    return _where.get() or Where()


@contextmanager
def asked_from(where: Where) -> Iterator[None]:
    """Let what happens inside be asked for from there."""
    token = _where.set(where)
    try:
        yield
    finally:
        _where.reset(token)


def record(action: str, *, who: str, outcome: str, **what: Any) -> None:
    """Write that `who` asked for `action`, and what came of it."""
    where = here()
    where.is_told = True
    facts = {
        "action": action,
        "who": plain(who),
        "outcome": outcome,
        "address": where.address,
        "agent": where.agent,
        "request_id": where.request_id,
        **{name: plain(str(value)) for name, value in what.items()},
    }
    told = (action, facts["who"] or "nobody", where.address or "inside", outcome)
    logger.info("%s by %s from %s: %s", *told, extra={"audit": facts})


class AuditMiddleware:
    """Tells of each request that changes something, downloads a file or is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = Where(
            address=address_of(request),
            agent=plain(request.headers.get("User-Agent", "")),
            request_id=request.META.get("request_id", ""),
        )
        with asked_from(where):
            response = self.get_response(request)
            if not where.is_told and _matters(request, response):
                _tell(request, response.status_code)
            return response


def address_of(request: HttpRequest) -> str:
    """Return the client's address; what a proxy says of it only where there is one."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last one is the proxy's word, those before it are anybody's.
        text = request.headers.get("X-Forwarded-For", text).rpartition(",")[2]
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""


def plain(text: str) -> str:
    """Return `text` on one line, not endless."""
    return "".join(c if c.isprintable() else "�" for c in text[:LONGEST])


def _matters(request: HttpRequest, response: HttpResponse) -> bool:
    kept = response.headers.get("Content-Disposition", "").startswith("attachment")
    acts = request.method not in READING
    return acts or kept or response.status_code in REFUSALS


def _tell(request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    outcome = "done" if status < 400 else "refused" if status < 500 else "failed"
    record(
        (match.view_name if match else "") or "unknown",
        who=_name(request),
        outcome=outcome,
        method=request.method,
        path=request.path,
        status=status,
    )


def _name(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    try:
        return user.get_username() if user is not None else ""
    except DatabaseError:  # the answer says so already
        return ""
