"""Who comes in, whatever the edge; who may not is told of in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from tasks_app import audit
from tasks_app.conf import setting
from tasks_app.counting import counter
from tasks_app.realtime import identity, rights
from tasks_app.realtime.delivery.line import End, Line, Send
from tasks_app.realtime.delivery.speech import Speech
from tasks_app.realtime.delivery.viewer import Viewer
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.threads import in_thread
from tasks_app.servers import is_daphne
from tasks_app.trace import current

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Identify = Callable[[Any], "tuple[User, identity.Signed]"]
HELD_SECONDS: Final = 30  # to wait where nobody knows when a connection is closed


async def viewer_of(
    scope: Any, identify: Identify, *, kind: str, speech: Speech, send: Send, end: End
) -> Viewer:
    """Return a viewer for who asks; raises RefusedError."""
    try:
        signed, present = await in_thread(_enter, identify, scope)
        _check_held(present.user)
    except identity.RefusedError as error:
        is_too_many = error.code == identity.TOO_MANY
        audit.record(
            kind,
            who=str(current().user) if is_too_many else "",
            outcome="throttled" if is_too_many else "refused",
            path=scope["path"],
            why=str(error),
        )
        raise
    line = Line(kind, speech, send, end, holds_back=not is_daphne(scope))
    return Viewer(present, signed, line)


def _enter(identify: Identify, scope: Any) -> tuple[identity.Signed, rights.Rights]:
    """Return who comes in, counted; raises RefusedError. Blocking."""
    signed, present = rights.enter(identify, scope)
    current().user = present.user.get_username()
    most, window = settings.RATE_LIMITS["watch"]
    key = f"sightline:limit:watch:user:{present.user.pk}"
    found = counter().count(key, window=window) if most else None
    if found is not None and found[0] > most:
        limit = f"{most} connections in {window} seconds"
        text = f"You may open at most {limit}. Try again in {found[1]} s."
        raise identity.RefusedError(identity.TOO_MANY, text, wait=found[1])
    return signed, present


def _check_held(user: User) -> None:
    """Raise RefusedError where the user holds as many open here as one may."""
    most = setting("CONNECTIONS_PER_USER")
    if most and len(hub().audience.of_person(user.pk)) >= most:
        text = f"You have {most} connections open, as many as one may. Close some."
        raise identity.RefusedError(identity.TOO_MANY, text, wait=HELD_SECONDS)
