"""The hub: one subscription to the channel layer per server process, for all sockets.

Redis is fast and may forget; the database is asked every second and forgets nothing.
What comes by either way is told once, because the hub knows what it has told.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from tasks_app import metrics
from tasks_app.conf import setting
from tasks_app.realtime import rights
from tasks_app.realtime.delivery.news import News
from tasks_app.realtime.delivery.pacer import Pacer
from tasks_app.realtime.identity import NOT_SIGNED_IN
from tasks_app.realtime.threads import in_own_thread

from . import sources
from .audience import Audience
from .counts import Counts
from .versions import Versions

if TYPE_CHECKING:
    from tasks_app.events import Removed
    from tasks_app.models.feed import Cursor
    from tasks_app.realtime.delivery.cohort import Cohort
    from tasks_app.realtime.delivery.viewer import Viewer
    from tasks_app.realtime.subscriptions import Subscription

Concerned = dict["Viewer | Cohort", bool]  # each once, and whether it is urgent

TICK_SECONDS: Final = 1.0  # between two looks into the database
PING_SECONDS: Final = 5.0  # between two looks whether Redis answers
BEACON_TICKS: Final = 15  # looks between two positions told to every socket
TOO_SLOW: Final = 4408  # close code


class Hub:
    """Hands every change to the sockets of this event loop that it concerns."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.cursor: Cursor | None = None
        self.pacer = Pacer()
        self.counts = Counts()
        self.audience = Audience()
        self._versions = Versions()
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._reading = asyncio.Lock()
        self._ticks = 0

    async def join(self, viewer: Viewer) -> None:
        """Add a socket; returns once changes reach it."""
        self.viewers.add(viewer)
        viewer.rights = self.audience.join(viewer)
        metrics.SOCKETS.labels(viewer.line.kind).inc()
        if not self._tasks:
            self._tasks = [
                sources.lasting(self._listen),
                sources.lasting(self._tick, pause=TICK_SECONDS),
                sources.lasting(self._look_after, pause=TICK_SECONDS),
                sources.lasting(self._watch_rights, pause=setting("RIGHTS_SECONDS")),
                sources.lasting(self.counts.work),
                sources.lasting(sources.ping, pause=PING_SECONDS),
            ]
        viewer.reach(str(self.cursor or ""))
        # Not `wait_for`, which can swallow a cancellation before Python 3.12.
        with suppress(TimeoutError):  # Redis is away: changes come from the database
            async with asyncio.timeout(sources.AGAIN_SECONDS):
                await self._listening.wait()

    def leave(self, viewer: Viewer) -> None:
        """Remove a socket; the last one ends the hub's work."""
        if viewer not in self.viewers:
            return
        for ref in list(viewer.subscriptions):
            self.unsubscribe(viewer, ref)
        self.viewers.discard(viewer)
        self.audience.leave(viewer)
        metrics.SOCKETS.labels(viewer.line.kind).dec()
        viewer.line.close()
        viewer.forget()
        if not self.viewers:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._listening.clear()
            self.cursor = None  # what happens now is not seen
            self._versions = Versions()
            metrics.LAST_CATCH_UP.set(0)

    def subscribe(self, viewer: Viewer, ref: str, asked: Subscription) -> None:
        """Let `viewer` hear of what it asked for, in place of what `ref` was before."""
        self.unsubscribe(viewer, ref)
        viewer.subscriptions[ref] = asked
        self.audience.add(viewer, asked)
        metrics.SUBSCRIPTIONS.inc()

    def unsubscribe(self, viewer: Viewer, ref: str) -> None:
        """Let `viewer` hear no more of what `ref` was."""
        if (asked := viewer.subscriptions.pop(ref, None)) is not None:
            self.audience.remove(viewer, asked)
            self.counts.remove(viewer, ref)
            metrics.SUBSCRIPTIONS.dec()
            if not viewer.subscriptions:
                viewer.drop_tasks()

    def showed(
        self, viewer: Viewer, asked: Subscription, versions: dict[str, int]
    ) -> None:
        """Note what the client shows now; tell again what was told meanwhile."""
        self.audience.remember(viewer, asked, versions)
        viewer.answered(versions)
        for pk, version in versions.items():
            if self._versions.is_gone(pk):
                viewer.remove(pk)
            elif (told := self._versions.last(pk)) and told["version"] > version:
                watched = viewer.subscriptions.values()
                left = not any(what.matches(told) for what in watched)
                viewer.offer(News(told), left=left)
        self.pacer.wants(viewer)

    async def reach(self, place: Cursor | None = None) -> None:
        """Read on when a client is ahead of the hub, as it can be on another server.

        Else the client would show what the hub has not told of, and never be told that
        it left. Without a place, only make sure that there was a first look.
        """
        if place is None and self.cursor is not None:
            return
        async with self._reading:
            if self.cursor is None or (place and self.cursor.is_behind(place)):
                await self._catch_up()

    def tell(
        self, tasks: list[dict[str, Any]], removed: list[Removed], *, by: str
    ) -> None:
        """Hand changes on; those whose version was told before are dropped."""
        concerned: Concerned = {}
        for task in tasks:
            before = self._versions.last(task["id"])
            if (fresh := self._versions.fresh(task)) is not None:
                metrics.CHANGES.labels(by).inc()
                self._offer(News(fresh, before), concerned)
        for gone in removed:
            if self._versions.gone(gone["id"]):
                self._remove(gone, concerned)
        for viewer, soon in concerned.items():
            self.pacer.wants(viewer, soon=soon)

    def _offer(self, news: News, concerned: Concerned) -> None:
        for viewer, left in self.audience.of(news):
            if viewer.offer(news, left=left):
                concerned[viewer] = concerned.get(viewer, False) or news.is_final
        if news.moved:
            self.counts.moved(news.owner_id)
        if news.has_ended:
            for viewer in self.audience.of_person(news.owner_id):
                viewer.note(news)
                concerned[viewer] = True

    def _remove(self, gone: Removed, concerned: Concerned) -> None:
        self.counts.moved(gone["owner_id"])
        last = self._versions.last(gone["id"])
        for viewer in self.audience.of_removed(gone, last):
            if viewer.sees(gone["owner_id"]):
                viewer.remove(gone["id"])
                concerned.setdefault(viewer, False)

    async def _listen(self) -> None:
        await sources.listen(self.tell, self._listening)

    async def _tick(self) -> None:
        async with self._reading:
            before = self.cursor
            await self._catch_up()
        if self.cursor != before:
            self._versions.age()

    async def _catch_up(self) -> None:
        changes = await sources.catch_up(self.cursor, self._versions)
        if changes.reset:  # versions of another database, that may be higher
            self._versions = Versions()
            self.audience.forget()
        self.tell(changes.tasks, changes.removed, by="database")
        self.cursor, text = changes.cursor, str(changes.cursor)
        for viewer in self.viewers:
            viewer.reach(text)
            if changes.reset:
                viewer.start_over()

    async def _watch_rights(self) -> None:
        """Close who is signed in no more, and let new rights count."""
        present = await in_own_thread(rights.read_again, list(self.viewers))
        for viewer, now in present.items():
            if viewer not in self.viewers:
                continue
            if now is None:
                viewer.line.end(NOT_SIGNED_IN)
            elif now != viewer.rights:
                self._grant(viewer, now)

    def _grant(self, viewer: Viewer, now: rights.Rights) -> None:
        """Change the rights of a viewer, whose place in the audience hangs on them."""
        asked = dict(viewer.subscriptions)
        for ref in asked:
            self.unsubscribe(viewer, ref)
        viewer.rights = now
        viewer.drop_tasks()  # what waits was to be seen before
        for ref, what in asked.items():
            self.subscribe(viewer, ref, what)
        viewer.start_over()  # what was shown may be more, or less, than may be seen

    async def _look_after(self) -> None:
        """Push on what was held up, tell where we are, close who may not stay."""
        self._ticks += 1
        beacon = self._ticks % BEACON_TICKS == 0
        now = asyncio.get_running_loop().time()
        today = timezone.now()
        for viewer in list(self.viewers):
            if viewer.waits:
                self.pacer.wants(viewer)
            expires_at = viewer.signed.expires_at
            if expires_at is not None and expires_at <= today:
                viewer.line.end(NOT_SIGNED_IN)
            elif viewer.line.stuck_for(now) > setting("STUCK_SECONDS"):
                viewer.line.end(TOO_SLOW)
            elif beacon and not viewer.is_behind and not viewer.unanswered:
                viewer.line.say("position", cursor=viewer.told)
            if viewer.cohort is None and viewer.is_in_step:
                self.audience.settle(viewer)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [known for known in _hubs if known.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub()
    return _hubs[loop]
