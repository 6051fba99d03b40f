"""Long poll: `?wait=SECONDS&version=N` answers as soon as the task is newer than N.

The wait comes before Django is asked: it costs a coroutine, not a thread, and the
answer is the API's ordinary one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tasks_app.models import Task
from tasks_app.realtime import identity
from tasks_app.realtime.delivery.speech import Sightline
from tasks_app.realtime.delivery.viewer import Viewer
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.subscriptions import BadMessageError, ById
from tasks_app.realtime.threads import in_thread

from .entry import viewer_of
from .web import Application, Receive, Reply, Scope, answering, once_each, query_of

if TYPE_CHECKING:
    from tasks_app.realtime.delivery.news import News

LONGEST_SECONDS: Final = 60
MOST_DIGITS: Final = 18
TASK: Final = re.compile(
    r"/api/v1/tasks/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/"
)


class Quiet(Sightline):
    """Only what matters to who waits for a change."""

    def notes(self, viewer: Viewer, ended: list[News]) -> Iterator[str]:
        """Nothing."""
        return iter(())

    def message(self, kind: str, fields: dict[str, Any]) -> str:
        """Nothing but that the task is gone."""
        return kind if kind == "removed" else ""


def patient(application: Application) -> Application:
    """Return the application, able to wait before it answers for one task."""

    async def later(scope: Scope, receive: Receive, send: Reply) -> None:
        pk = TASK.sub(r"\1", scope["path"])
        query = query_of(scope)
        once_each(query)
        seconds = _number(query, "wait", most=LONGEST_SECONDS)
        version = _number(query, "version") if "version" in query else None
        request = await receive()
        if request.get("more_body"):  # what comes next would not be that it is gone
            raise BadMessageError("A request that waits has no body.")
        gone = asyncio.ensure_future(receive())
        wait = asyncio.ensure_future(_wait(scope, pk, version, seconds))
        try:
            await asyncio.wait({gone, wait}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and not wait.done():
                return
            await wait
            await application(scope, _again(request, gone), send)
        finally:
            wait.cancel()
            gone.cancel()

    waiting = answering(later)

    async def answer(scope: Scope, receive: Receive, send: Reply) -> None:
        is_task = scope["method"] == "GET" and TASK.fullmatch(scope["path"])
        if is_task and "wait" in query_of(scope):
            await waiting(scope, receive, send)
        else:
            await application(scope, receive, send)

    return answer


async def _wait(scope: Scope, pk: str, version: int | None, seconds: int) -> None:
    """Return when the task is newer than `version`, gone, or after `seconds`."""
    told = asyncio.Event()

    async def send(text: str) -> None:
        told.set()

    async def end(code: int) -> None:
        told.set()

    who, kind, speech = identity.of_request, "poll", Quiet()
    viewer = await viewer_of(scope, who, kind=kind, speech=speech, send=send, end=end)
    try:
        async with asyncio.timeout(seconds):
            await hub().join(viewer)
            hub().subscribe(viewer, "poll", ById(frozenset({pk})))
            # First watch, then look: what changes in between is told.
            await hub().reach()
            now = await in_thread(_version, viewer, pk)
            known = now if version is None else version
            while now is not None and known is not None and now <= known:
                await told.wait()
                told.clear()
                now = await in_thread(_version, viewer, pk)
    except TimeoutError:
        return
    finally:
        hub().leave(viewer)


def _version(viewer: Viewer, pk: str) -> int | None:
    visible = Task.objects.visible_to(viewer.rights.user).filter(pk=pk)
    return visible.values_list("version", flat=True).first()


def _again(request: dict[str, Any], next_: asyncio.Future[dict[str, Any]]) -> Receive:
    """Return a `receive` for what was received already, and what comes next."""
    messages = iter((request,))

    async def receive() -> dict[str, Any]:
        return next(messages, None) or await next_

    return receive


def _number(query: dict[str, list[str]], name: str, *, most: int | None = None) -> int:
    text = query[name][-1]
    short = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    if not short or (most and int(text) > most):
        upto = f" from 0 to {most}" if most else ""
        raise BadMessageError(f"“{name}” must be a whole number{upto}.", name)
    return int(text)
