"""Who did what, from where, and what came of it: a line in the log for each action.

The history of a task says who changed it, and goes with it. These lines stay, and tell
of sign-ins, refusals, downloads and deletions too. Nothing of a body or query is here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from tasks_app.redact import CONTROL
from tasks_app.trace import current

logger = logging.getLogger("sightline.audit")

LONGEST: Final = 150  # characters of what a client says of itself
READING: Final = ("GET", "HEAD", "OPTIONS")
REFUSALS: Final = (401, 403, 429)  # told of also where somebody only reads


def record(action: str, *, who: str, outcome: str, **what: Any) -> None:
    """Write that `who` asked for `action`, and what came of it."""
    trace = current()
    trace.is_audited = True
    facts = {
        "action": action,
        "who": plain(who),
        "outcome": outcome,
        "address": trace.address,
        "agent": plain(trace.agent),
        "request_id": trace.request_id,
        **{name: plain(str(value)) for name, value in what.items()},
    }
    told = (action, facts["who"] or "nobody", trace.address or "inside", outcome)
    logger.info("%s by %s from %s: %s", *told, extra={"audit": facts})


class AuditMiddleware:
    """Tells of each request that changes something, downloads a file or is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not current().is_audited and _matters(request, response):
            _tell(request, response.status_code)
        return response


def plain(text: str) -> str:
    """Return `text` on one line, not endless."""
    return CONTROL.sub("�", text[:LONGEST])


def _matters(request: HttpRequest, response: HttpResponse) -> bool:
    kept = response.headers.get("Content-Disposition", "").startswith("attachment")
    acts = request.method not in READING
    return acts or kept or response.status_code in REFUSALS


def _tell(request: HttpRequest, status: int) -> None:
    trace, match = current(), request.resolver_match
    what = {"task": trace.task, **trace.what} if trace.task else trace.what
    record(
        trace.action or (match.view_name if match else "") or "unknown",
        who=_name(request),
        outcome=_outcome(status),
        **what,
        method=request.method,
        path=request.path,
        status=status,
    )


def _outcome(status: int) -> str:
    if status < 400:
        return "done"
    if status == 429:
        return "throttled"
    return "refused" if status < 500 else "failed"


def _name(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    try:
        return user.get_username() if user is not None else ""
    except DatabaseError:  # the answer says so already
        return ""
