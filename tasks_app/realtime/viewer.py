"""One open connection: who it is, what waits to be sent, and whether it keeps up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks_app import metrics

from . import eager
from .credit import Credit
from .versions import Answered

if TYPE_CHECKING:
    from .identity import Signed
    from .news import News
    from .rights import Rights
    from .speech import Speech

logger = logging.getLogger(__name__)

Send = Callable[[str], Coroutine[Any, Any, None]]
End = Callable[[int], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach a client: send a text, end with a close code.

    `holds_back` tells whether `send` waits while the client does not read. daphne's
    does not: what it cannot send it keeps, so less may be given to it.
    """

    kind: str
    speech: Speech
    send: Send
    end: End
    holds_back: bool = True


class Viewer:
    """Keeps the newest of each task for a connection, and sends it in frames."""

    __slots__ = (
        "__weakref__",
        "_answered",
        "_ended",
        "_frames",
        "_removed",
        "_sending",
        "_waiting",
        "credit",
        "cursor",
        "free_at",
        "line",
        "rights",
        "signed",
        "subscriptions",
        "told",
        "unanswered",
        "urgent",
    )

    def __init__(self, rights: Rights, signed: Signed, line: Line) -> None:
        self.rights = rights
        self.signed = signed
        self.line = line
        self.subscriptions: dict[str, Any] = {}
        self.cursor = ""  # where the hub is
        self.told = ""  # where the client is
        self.unanswered = 0  # subscriptions whose rows are being read
        self.credit = Credit(holds_back=line.holds_back)
        self.free_at = 0.0
        self.urgent = False
        self._answered = Answered()
        self._waiting: dict[str, tuple[News, bool]] = {}
        self._removed: set[str] | None = None
        self._ended: list[News] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._frames = metrics.FRAMES.labels(line.kind)

    def sees(self, owner_id: int | None) -> bool:
        """Whether the tasks of this owner exist for the user."""
        return self.rights.sees_all or owner_id == self.rights.user.pk

    @property
    def place(self) -> str:
        """The place to tell with news: none while a subscription is unanswered.

        What changed between the client's own place and that answer is not told yet.
        """
        return "" if self.unanswered else self.cursor

    @property
    def waits(self) -> bool:
        return bool(self._waiting or self._removed or self._ended)

    def offer(self, news: News, *, left: bool) -> bool:
        """Take a change; False when a newer one is known already."""
        if not self.sees(news.owner_id):
            return False
        if self._answered.covers(news.id, news.version):
            return False
        known = self._waiting.get(news.id)
        if known is not None:
            if known[0].version > news.version:
                return False
            metrics.MERGED.inc()
        self._waiting[news.id] = (news, left)
        return True

    def answered(self, versions: Mapping[str, int]) -> None:
        """Note what an answer told, so that late news of it are not told once more."""
        self._answered.note(versions)

    def remove(self, pk: str) -> None:
        """Take the news that a task is gone."""
        self._waiting.pop(pk, None)
        self._removed = {*(self._removed or ()), pk}

    def note(self, news: News) -> None:
        """Take the news that a task of the viewer's own has ended."""
        self._ended = [*(self._ended or ()), news]

    def forget(self) -> None:
        """Send nothing of what waits, and take what the client knows for nothing."""
        self._waiting, self._removed, self._ended = {}, None, None
        self._answered = Answered()

    def flush(self) -> bool:
        """Send what waits; False when the client has to catch up first."""
        if not self.waits or self._is_stuck():
            return False
        speech = self.line.speech
        # Who drops between two of these comes back with the place it was told last:
        # the last one carries the new place, when all before it has arrived.
        ended, self._ended = self._ended, None
        if ended:
            self._tell_all(speech.notes(self, ended))
        removed, self._removed = self._removed, None
        if removed:
            self._tell_all(speech.removals(self, removed))
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._tell_all(speech.updates(self, waiting))
        self._arrive()
        return True

    def reach(self, cursor: str) -> None:
        """Take the place before which the hub has handed on everything."""
        self.cursor = cursor
        if not self.waits:
            self._arrive()
        self._answered.age()

    def _arrive(self) -> None:
        self.told = self.place or self.told

    def tell(self, text: str) -> None:
        """Send `text` after what is being sent."""
        self._frames.inc()
        self.credit.spend(len(text), asyncio.get_running_loop().time())
        if self._sending is not None and not self._sending.done():
            self._sending = asyncio.ensure_future(self._after(self._sending, text))
        else:
            self._sending = eager.start(self._deliver(text))

    def say(self, kind: str, **fields: Any) -> None:
        """Send a message if the protocol of the connection has one of this kind."""
        if text := self.line.speech.message(kind, fields):
            self.tell(text)

    async def sent(self) -> None:
        """Wait until the client has taken what it was sent."""
        if self._sending is not None:
            await asyncio.wait({self._sending})

    def stuck_for(self, now: float) -> float:
        """Return seconds for which the client has not taken anything."""
        self._is_stuck()
        return self.credit.stuck_for(now)

    def end(self, code: int) -> None:
        """Close the connection with `code`, whatever is being sent."""
        metrics.CLOSES.labels(str(code)).inc()
        self.close()
        self._sending = eager.start(self._leave(code))

    def close(self) -> None:
        """Send nothing any more."""
        if self._sending is not None:
            self._sending.cancel()

    def _tell_all(self, texts: Any) -> None:
        for text in texts:
            self.tell(text)

    async def _after(self, before: asyncio.Task[None], text: str) -> None:
        await before
        await self._deliver(text)

    async def _deliver(self, text: str) -> None:
        # A client that is gone is told so by its own task; others are told on.
        try:
            await self.line.send(text)
        except Exception as error:  # noqa: BLE001  each server raises its own
            metrics.DROPS.inc()
            logger.debug("Could not send: %r", error)

    async def _leave(self, code: int) -> None:
        try:
            await self.line.end(code)
        except Exception as error:  # noqa: BLE001  it was gone already
            logger.debug("Could not close: %r", error)

    def _is_stuck(self) -> bool:
        sending = self._sending is not None and not self._sending.done()
        now = asyncio.get_running_loop().time()
        return self.credit.is_spent(now, sending=sending)
