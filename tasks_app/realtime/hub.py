"""The hub: one subscription to the channel layer per server process, for all sockets.

Redis is fast and may forget; the database is asked every second and forgets nothing.
What comes by either way is told once, because the hub knows what it has told.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import sync_to_async
from channels.layers import channel_layers

from tasks_app.conf import setting
from tasks_app.events import TASKS_GROUP

from . import catchup, rights
from .audience import Audience
from .news import News
from .pacer import Pacer
from .versions import Versions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tasks_app.events import Removed
    from tasks_app.models.feed import Cursor

    from .subscriptions import Subscription
    from .viewer import Viewer

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 1.0  # between two looks into the database
BEACON_TICKS: Final = 15  # looks between two positions told to every socket
STUCK_SECONDS: Final = 30.0  # before a client that takes nothing is closed
AGAIN_SECONDS: Final = 1.0  # after the layer failed
NOT_SIGNED_IN, TOO_SLOW = 4401, 4408  # close codes


class Hub:
    """Hands every change to the sockets of this event loop that it concerns."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.cursor: Cursor | None = None
        self.pacer = Pacer()
        self._audience = Audience()
        self._versions = Versions()
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._ticks = 0

    async def join(self, viewer: Viewer) -> None:
        """Add a socket; returns once changes reach it."""
        self.viewers.add(viewer)
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(_lasting(self._listen, AGAIN_SECONDS)),
                asyncio.create_task(_lasting(self._tick, TICK_SECONDS)),
                asyncio.create_task(_lasting(self._watch_rights, 0)),
            ]
        viewer.cursor = str(self.cursor or "")
        try:
            await asyncio.wait_for(self._listening.wait(), AGAIN_SECONDS)
        except TimeoutError:
            logger.warning("Redis does not answer; changes come from the database.")

    def leave(self, viewer: Viewer) -> None:
        """Remove a socket; the last one ends the hub's work."""
        for asked in viewer.subscriptions.values():
            self._audience.remove(viewer, asked)
        viewer.subscriptions = {}
        self.viewers.discard(viewer)
        viewer.close()
        if not self.viewers:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._listening.clear()
            self.cursor = None  # what happens now is not seen

    def subscribe(self, viewer: Viewer, ref: str, asked: Subscription) -> None:
        """Let `viewer` hear of what it asked for, in place of what `ref` was before."""
        self.unsubscribe(viewer, ref)
        viewer.subscriptions[ref] = asked
        self._audience.add(viewer, asked)

    def unsubscribe(self, viewer: Viewer, ref: str) -> None:
        """Let `viewer` hear no more of what `ref` was."""
        if (asked := viewer.subscriptions.pop(ref, None)) is not None:
            self._audience.remove(viewer, asked)

    def showed(self, viewer: Viewer, asked: Subscription, ids: list[str]) -> None:
        """Note what a snapshot showed."""
        self._audience.remember(viewer, asked, ids)

    def tell(self, tasks: list[dict[str, Any]], removed: list[Removed]) -> None:
        """Hand changes on; those whose version was told before are dropped."""
        concerned: dict[Viewer, bool] = {}  # each once, and whether it is urgent
        for task in tasks:
            if (fresh := self._versions.fresh(task)) is not None:
                self._offer(News(fresh), concerned)
        for gone in removed:
            if self._versions.gone(gone["id"]):
                self._remove(gone, concerned)
        for viewer, soon in concerned.items():
            self.pacer.wants(viewer, soon=soon)

    def _offer(self, news: News, concerned: dict[Viewer, bool]) -> None:
        for viewer, left in self._audience.of(news):
            if viewer.offer(news, left=left):
                concerned[viewer] = concerned.get(viewer, False) or news.is_final

    def _remove(self, gone: Removed, concerned: dict[Viewer, bool]) -> None:
        for viewer in self._audience.of_removed(gone["id"]):
            if viewer.sees(gone["owner_id"]):
                viewer.remove(gone["id"])
                concerned.setdefault(viewer, False)

    async def _listen(self) -> None:
        layer = channel_layers.make_backend("default")
        try:
            channel = await layer.new_channel()
            await layer.group_add(TASKS_GROUP, channel)
            self._listening.set()
            while True:
                message = await layer.receive(channel)
                self.tell(message["tasks"], message["removed"])
        finally:
            await layer.flush()  # else its connection listens on for nobody

    async def _tick(self) -> None:
        try:
            await self._catch_up()
        finally:
            self._ticks += 1
            self._look_after(beacon=self._ticks % BEACON_TICKS == 0)

    async def _watch_rights(self) -> None:
        """Close who is signed in no more, and let new rights count."""
        await asyncio.sleep(setting("RIGHTS_SECONDS"))
        read = sync_to_async(rights.read_again, thread_sensitive=False)
        for viewer, now in (await read(list(self.viewers))).items():
            if viewer not in self.viewers:
                continue
            if now is None:
                viewer.end(NOT_SIGNED_IN)
            elif now != viewer.rights:
                self._grant(viewer, now)

    def _grant(self, viewer: Viewer, now: rights.Rights) -> None:
        """Change the rights of a viewer, whose place in the audience hangs on them."""
        asked = dict(viewer.subscriptions)
        for ref in asked:
            self.unsubscribe(viewer, ref)
        viewer.forget()
        viewer.rights = now
        for ref, what in asked.items():
            self.subscribe(viewer, ref, what)
        _start_over(viewer)  # what was shown may be more, or less, than may be seen

    async def _catch_up(self) -> None:
        read = sync_to_async(catchup.read, thread_sensitive=False)
        changes = await read(self.cursor, self._versions)
        self._versions.age()
        self.tell(changes.tasks, changes.removed)
        self.cursor, text = changes.cursor, str(changes.cursor)
        for viewer in self.viewers:
            viewer.cursor = text
            if changes.reset:
                _start_over(viewer)

    def _look_after(self, *, beacon: bool) -> None:
        """Push on what was held up, tell where we are, close who takes nothing."""
        now = asyncio.get_running_loop().time()
        for viewer in list(self.viewers):
            if viewer.waits:
                self.pacer.wants(viewer)
            if viewer.stuck_for(now) > STUCK_SECONDS:
                viewer.end(TOO_SLOW)
            elif beacon:
                _say(viewer, "position")


async def _lasting(work: Callable[[], Awaitable[None]], pause: float) -> None:
    """Do `work` again and again, `pause` seconds apart, whatever fails."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001  every socket hangs on this
            logger.warning("%s failed: %r", work.__qualname__, error)
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            await asyncio.sleep(pause)


def _start_over(viewer: Viewer) -> None:
    """Tell that what was missed cannot be said: everything has to be asked again."""
    for ref in viewer.subscriptions:
        _say(viewer, "replay", subscription=ref, recovered=False, tasks=[])


def _say(viewer: Viewer, kind: str, **fields: Any) -> None:
    viewer.tell(json.dumps({"type": kind, "cursor": viewer.cursor, **fields}))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [known for known in _hubs if known.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub()
    return _hubs[loop]
