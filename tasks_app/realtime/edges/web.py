"""What the HTTP edges share: how to read a request, and how to say no.

They speak ASGI themselves. Behind Django's handler each request would hold a thread for
as long as it is open, because Django keeps its synchronous parts in one.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qs

from django.db import InterfaceError, OperationalError

from tasks_app.errors import DATABASE_AWAY, problem
from tasks_app.realtime import identity
from tasks_app.realtime.subscriptions import BadMessageError
from tasks_app.trace import current

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Reply = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[..., Any]  # of scope, receive and send
Headers = Iterable[tuple[str, str]]

SOON: Final = [("Retry-After", "5")]


def answering(application: Application) -> Application:
    """Return the application; what it raises becomes `application/problem+json`."""

    async def answer(scope: Scope, receive: Receive, send: Reply) -> None:
        try:
            await application(scope, receive, send)
        except BadMessageError as error:
            errors = {name: [str(error)] for name in error.names or ("",)}
            await refuse(send, 400, "invalid_input", str(error), errors=errors)
        except identity.RefusedError as refused:
            if refused.code == identity.LATER:
                await refuse(send, 503, "identity_unavailable", str(refused), SOON)
                return
            if refused.code == identity.TOO_MANY:
                wait = [("Retry-After", str(refused.wait))]
                await refuse(send, 429, "too_many_requests", str(refused), wait)
                return
            bearer = [("WWW-Authenticate", 'Bearer realm="sightline"')]
            await refuse(send, 401, "not_authenticated", str(refused), bearer)
        except (OperationalError, InterfaceError):
            await refuse(send, 503, "database_unavailable", DATABASE_AWAY, SOON)

    return answer


async def refuse(
    send: Reply,
    status: int,
    code: str,
    detail: str,
    headers: Headers = (),
    **more: Any,
) -> None:
    """Answer with a problem document; `more` are members of its own."""
    kind = ("Content-Type", "application/problem+json")
    await start(send, [kind, *headers], status=status)
    more["request_id"] = current().request_id
    told = problem(status, code, detail, **more)
    body = json.dumps(told).encode()
    await send({"type": "http.response.body", "body": body})


async def start(send: Reply, headers: Headers, *, status: int = 200) -> None:
    """Send status and headers; nothing that is answered here may be kept."""
    fresh = ("Cache-Control", "no-store")
    raw = [(name.encode(), value.encode()) for name, value in (*headers, fresh)]
    await send({"type": "http.response.start", "status": status, "headers": raw})


def query_of(scope: Scope) -> dict[str, list[str]]:
    """Return the values in the address."""
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def once_each(query: dict[str, list[str]], *, several: Iterable[str] = ()) -> None:
    """Raise BadMessageError that names a parameter that came more than once."""
    for name in sorted(query.keys() - set(several)):
        if len(query[name]) > 1:
            raise BadMessageError(f"Give “{name}” once.", name)


def header(scope: Scope, name: str) -> str:
    """Return a request header, empty when there is none."""
    found = dict(scope["headers"]).get(name.lower().encode(), b"")
    return str(found.decode("latin-1"))
