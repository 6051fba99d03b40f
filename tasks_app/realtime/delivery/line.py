"""The line to one client: texts in order, how it ends, and whether it keeps up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from tasks_app import metrics

from . import eager
from .credit import Credit

if TYPE_CHECKING:
    from .speech import Speech

logger = logging.getLogger(__name__)

Send = Callable[[str], Coroutine[Any, Any, None]]
End = Callable[[int], Coroutine[Any, Any, None]]


class Line:
    """Sends texts by `send`, and ends with a close code by `end`.

    `holds_back` tells whether `send` waits while the client does not read. daphne's
    does not: what it cannot send it keeps, so less may be given to it.
    """

    __slots__ = (
        "_end",
        "_ended",
        "_frames",
        "_send",
        "_sending",
        "credit",
        "kind",
        "speech",
    )

    def __init__(
        self, kind: str, speech: Speech, send: Send, end: End, *, holds_back: bool
    ) -> None:
        self.kind = kind
        self.speech = speech
        self.credit = Credit(holds_back=holds_back)
        self._send = send
        self._end = end
        self._sending: asyncio.Task[None] | None = None
        self._ended = False
        self._frames = metrics.FRAMES.labels(kind)

    def tell(self, text: str) -> None:
        """Send `text` after what is being sent; nothing once the end was said."""
        if self._ended:
            return
        self._frames.inc()
        self.credit.spend(len(text), asyncio.get_running_loop().time())
        if self._sending is not None and not self._sending.done():
            self._sending = asyncio.ensure_future(self._after(self._sending, text))
        else:
            self._sending = eager.start(self._deliver(text))

    def tell_all(self, texts: Iterable[str]) -> None:
        """Send several."""
        for text in texts:
            self.tell(text)

    def say(self, kind: str, **fields: Any) -> None:
        """Send a message if the protocol of the connection has one of this kind."""
        if text := self.speech.message(kind, fields):
            self.tell(text)

    async def sent(self) -> None:
        """Wait until the client has taken what it was sent."""
        if self._sending is not None:
            await asyncio.wait({self._sending})

    def is_stuck(self) -> bool:
        """Whether the client has to catch up before it is sent more."""
        sending = self._sending is not None and not self._sending.done()
        now = asyncio.get_running_loop().time()
        return self.credit.is_spent(now, sending=sending)

    def stuck_for(self, now: float) -> float:
        """Return seconds for which the client has not taken anything."""
        self.is_stuck()
        return self.credit.stuck_for(now)

    def end(self, code: int) -> None:
        """Close the connection with `code`, whatever is being sent; once is enough."""
        if self._ended:
            return
        self._ended = True
        metrics.CLOSES.labels(str(code)).inc()
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
        # A client that is gone is told so by its own task; others are told on.
        try:
            await self._send(text)
        except Exception as error:  # noqa: BLE001  each server raises its own
            metrics.DROPS.inc()
            logger.debug("Could not send: %r", error)

    async def _leave(self, code: int) -> None:
        try:
            await self._end(code)
        except Exception as error:  # noqa: BLE001  it was gone already
            logger.debug("Could not close: %r", error)
