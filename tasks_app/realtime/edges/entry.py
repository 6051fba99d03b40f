"""Who comes in, whatever the edge; who may not is told of in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tasks_app import audit
from tasks_app.realtime import identity, rights
from tasks_app.realtime.delivery.line import End, Line, Send
from tasks_app.realtime.delivery.speech import Speech
from tasks_app.realtime.delivery.viewer import Viewer
from tasks_app.realtime.threads import in_thread
from tasks_app.trace import current

from .servers import is_daphne

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Identify = Callable[[Any], "tuple[User, identity.Signed]"]


async def viewer_of(
    scope: Any, identify: Identify, *, kind: str, speech: Speech, send: Send, end: End
) -> Viewer:
    """Return a viewer for who asks; raises RefusedError."""
    try:
        signed, present = await in_thread(rights.enter, identify, scope)
    except identity.RefusedError as error:
        where, why = scope["path"], str(error)
        audit.record(kind, who="", outcome="refused", path=where, why=why)
        raise
    current().user = present.user.get_username()
    line = Line(kind, speech, send, end, holds_back=not is_daphne(scope))
    return Viewer(present, signed, line)
