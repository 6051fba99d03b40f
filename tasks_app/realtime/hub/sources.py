"""Where the hub hears of changes: fast from Redis, and surely from the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from channels.layers import channel_layers

from tasks_app import metrics
from tasks_app.events import TASKS_GROUP
from tasks_app.realtime.threads import in_thread

from . import catchup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks_app.models.feed import Cursor

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0  # after something failed
Tell = Callable[..., None]


async def listen(tell: Tell, listening: asyncio.Event) -> None:
    """Hand on what Redis brings; raises when it cannot go on."""
    layer = channel_layers.make_backend("default")
    try:
        channel = await layer.new_channel()
        await layer.group_add(TASKS_GROUP, channel)
        listening.set()
        metrics.REDIS.set(1)
        while True:
            message: dict[str, Any] = await layer.receive(channel)
            tell(message["tasks"], message["removed"], by="redis")
            metrics.LAG.observe(max(0.0, time.time() - message["sent_at"]))
    finally:
        metrics.REDIS.set(0)
        await layer.flush()  # else its connection listens on for nobody


async def catch_up(since: Cursor | None, known: Mapping[str, int]) -> catchup.Changes:
    """Return what the database says has changed since a place."""
    with metrics.CATCH_UPS.time():
        changes = await in_thread(catchup.read, since, known)
    metrics.LAST_CATCH_UP.set_to_current_time()
    return changes


def lasting(
    work: Callable[[], Awaitable[None]], *, pause: float = 0.0
) -> asyncio.Task[None]:
    """Do `work` again and again, `pause` seconds apart, whatever fails."""

    async def forever() -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  every socket hangs on this
                logger.warning("%s failed: %r", work.__qualname__, error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                await asyncio.sleep(pause)

    return asyncio.create_task(forever())
