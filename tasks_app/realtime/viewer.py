"""One open socket: who it is, what waits to be sent, and whether it keeps up."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Final

from . import eager

if TYPE_CHECKING:
    from .news import News
    from .rights import Rights

logger = logging.getLogger(__name__)

CREDIT: Final = 64  # frames a client that acknowledges may be behind
SILENT_BYTES: Final = 512_000  # sent in a window to a client that never acknowledges
WINDOW_SECONDS: Final = 30.0  # also: how long a client may be stuck
Send = Callable[[str], Coroutine[Any, Any, None]]
End = Callable[[int], Coroutine[Any, Any, None]]


class Viewer:
    """Keeps the newest of each task for a socket, and sends it in frames."""

    __slots__ = (
        "__weakref__",
        "_acked",
        "_end",
        "_removed",
        "_send",
        "_sending",
        "_stuck_since",
        "_waiting",
        "_window",
        "cursor",
        "frame",
        "free_at",
        "rights",
        "session_key",
        "subscriptions",
        "urgent",
    )

    def __init__(
        self, rights: Rights, send: Send, end: End, *, session_key: str = ""
    ) -> None:
        self.rights = rights
        self.session_key = session_key
        self._send = send
        self._end = end
        self.subscriptions: dict[str, Any] = {}
        self.cursor = ""
        self.frame = 0
        self.free_at = 0.0
        self.urgent = False
        self._waiting: dict[str, tuple[News, bool]] = {}
        self._removed: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._stuck_since: float | None = None
        self._acked: int | None = None
        self._window = (0.0, 0)  # when it began, bytes sent in it

    def sees(self, owner_id: int | None) -> bool:
        """Whether the tasks of this owner exist for the user."""
        return self.rights.sees_all or owner_id == self.rights.user.pk

    @property
    def waits(self) -> bool:
        return bool(self._waiting or self._removed)

    def offer(self, news: News, *, left: bool) -> bool:
        """Take a change; False when a newer one is known already."""
        if not self.sees(news.owner_id):
            return False
        known = self._waiting.get(news.id)
        if known is not None and known[0].version > news.version:
            return False
        self._waiting[news.id] = (news, left)
        return True

    def remove(self, pk: str) -> None:
        """Take the news that a task is gone."""
        self._waiting.pop(pk, None)
        self._removed.add(pk)

    def forget(self) -> None:
        """Send nothing of what waits."""
        self._waiting = {}
        self._removed = set()

    def flush(self) -> bool:
        """Send what waits; False when the client has to catch up first."""
        if not self.waits or self._is_stuck():
            return False
        sent = 0
        for text in self._frames():
            self.tell(text)
            sent += len(text)
        began, size = self._window
        now = asyncio.get_running_loop().time()
        fresh = now - began > WINDOW_SECONDS
        self._window = (now, sent) if fresh else (began, size + sent)
        return True

    def tell(self, text: str) -> None:
        """Send `text` after what is being sent."""
        if self._sending is not None and not self._sending.done():
            self._sending = asyncio.ensure_future(self._after(self._sending, text))
        else:
            self._sending = eager.start(self._deliver(text))

    def ack(self, frame: int) -> None:
        """Note what the client has dealt with."""
        self._acked = max(self._acked or 0, min(frame, self.frame))
        self._stuck_since = None

    def stuck_for(self, now: float) -> float:
        """Return seconds for which the client has not taken anything."""
        return 0.0 if self._stuck_since is None else now - self._stuck_since

    def end(self, code: int) -> None:
        """Close the socket with `code`, whatever is being sent."""
        self.close()
        self._sending = eager.start(self._leave(code))

    def close(self) -> None:
        """Send nothing any more."""
        if self._sending is not None:
            self._sending.cancel()

    async def _after(self, before: asyncio.Task[None], text: str) -> None:
        await before
        await self._deliver(text)

    async def _deliver(self, text: str) -> None:
        # A client that is gone is told so by its consumer; others are told on.
        try:
            await self._send(text)
        except Exception as error:  # noqa: BLE001  each server raises its own
            logger.debug("Could not send: %r", error)

    async def _leave(self, code: int) -> None:
        try:
            await self._end(code)
        except Exception as error:  # noqa: BLE001  it was gone already
            logger.debug("Could not close: %r", error)

    def _is_stuck(self) -> bool:
        now = asyncio.get_running_loop().time()
        sending = self._sending is not None and not self._sending.done()
        behind = self._acked is not None and self.frame - self._acked >= CREDIT
        if sending or behind:
            if self._stuck_since is None:
                self._stuck_since = now
            return True
        self._stuck_since = None
        began, size = self._window
        silent = self._acked is None and size > SILENT_BYTES
        return silent and now - began <= WINDOW_SECONDS

    def _frames(self) -> Iterator[str]:
        """Yield the texts of what waits, which then waits no more."""
        waiting, self._waiting = self._waiting, {}
        removed, self._removed = self._removed, set()
        if waiting:
            self.frame += 1
            tasks = ",".join(self._text(*waits) for waits in waiting.values())
            yield (
                f'{{"type":"update","frame":{self.frame},"cursor":"{self.cursor}",'
                f'"tasks":[{tasks}]}}'
            )
        if removed:
            ids = sorted(removed)
            yield json.dumps({"type": "removed", "cursor": self.cursor, "ids": ids})

    def _text(self, news: News, left: bool) -> str:  # noqa: FBT001
        rights = self.rights
        own = news.owner_id == rights.user.pk
        return news.text(rights.own if own else rights.others, left=left)
