"""Server-Sent Events at `/api/v1/stream/`: the socket's messages, one way, over HTTP.

The format is the HTML standard's, 9.2. The hub's `position`, every 15 s, keeps proxies
from closing a stream on which nothing happens.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, Final

from django.db import InterfaceError, OperationalError

from tasks_app.realtime import identity
from tasks_app.realtime.delivery.speech import Sightline
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.hub.watching import cursor, watch
from tasks_app.realtime.subscriptions import BadMessageError, ByFilter, parse
from tasks_app.servers import GOODBYE_SECONDS, hang_up

from .entry import viewer_of
from .web import Receive, Reply, Scope, header, once_each, query_of, refuse, start

logger = logging.getLogger(__name__)

REF: Final = "stream"
AGAIN_MS: Final = 2000  # after which a browser comes back
PLACE: Final = re.compile(r'\{"type":"\w+","cursor":"([^"]+)"')
LISTS: Final = ("status", "operation")
KNOWN: Final = frozenset({*LISTS, "owner", "search", "tasks", "after", "counts"})
HEADERS: Final = [
    ("Content-Type", "text/event-stream"),
    ("X-Accel-Buffering", "no"),  # nginx would wait for more
]


async def stream(scope: Scope, receive: Receive, send: Reply) -> None:
    """Answer with messages for as long as the client listens."""
    if scope["method"] != "GET":
        text = "A stream is asked for with GET."
        await refuse(send, 405, "method_not_allowed", text, [("Allow", "GET")])
        return
    query = query_of(scope)
    after = cursor(header(scope, "Last-Event-ID") or _one(query, "after"))
    message = asked(query)
    over = asyncio.Event()

    async def tell(text: str) -> None:
        body = event(text).encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(code: int) -> None:
        over.set()

    who, kind, speech = identity.of_request, "stream", Sightline()
    viewer = await viewer_of(scope, who, kind=kind, speech=speech, send=tell, end=end)
    what = parse(message, viewer.rights.user)
    try:
        await start(send, HEADERS)
        await tell("")
        await hub().join(viewer)
        await watch(viewer, REF, what, after=after)
        if _one(query, "counts") == "1" and isinstance(what, ByFilter):
            hub().counts.add(viewer, REF, what)
        await _until(over, receive)
    except (OperationalError, InterfaceError) as error:
        # The answer has begun; the client comes back and asks again.
        logger.warning("A stream ends: %s", error)
    finally:
        hub().leave(viewer)
    try:
        async with asyncio.timeout(GOODBYE_SECONDS):
            await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        hang_up(send)


def event(text: str) -> str:
    """Return a message as an event; its place is the id that a client comes back with.

    The empty text is the first event, which says when to come back.
    """
    if not text:
        return f"retry: {AGAIN_MS}\n\n"
    place = PLACE.match(text)
    return f"id: {place[1]}\ndata: {text}\n\n" if place else f"data: {text}\n\n"


def asked(query: dict[str, list[str]]) -> dict[str, Any]:
    """Return the subscription in a query; raises BadMessageError."""
    if unknown := set(query) - KNOWN:
        names = ", ".join(sorted(unknown))
        text = f"Unknown: {names}. Known: {', '.join(sorted(KNOWN))}."
        raise BadMessageError(text, *unknown)
    once_each(query, several=(*LISTS, "tasks"))
    if _one(query, "counts") not in ("", "0", "1"):
        raise BadMessageError("“counts” must be 0 or 1.", "counts")
    if "tasks" in query:
        if set(query) - {"tasks", "after"}:
            text = "Ask for “tasks” or for a filter, not for both."
            raise BadMessageError(text, "tasks")
        return {"tasks": _several(query, "tasks")}
    wanted: dict[str, Any] = {name: _one(query, name) for name in ("owner", "search")}
    return {"filter": wanted | {name: _several(query, name) for name in LISTS}}


def _one(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[-1]


def _several(query: dict[str, list[str]], name: str) -> list[str]:
    return [word for text in query.get(name, []) for word in text.split(",")]


async def _until(over: asyncio.Event, receive: Receive) -> None:
    """Return when the client is gone, or is sent away."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waits = [asyncio.ensure_future(gone()), asyncio.ensure_future(over.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
