"""Where the hub hears of changes: fast from Redis, and surely from the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, cast

from channels.layers import channel_layers
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tasks_app import metrics
from tasks_app.events import TASKS_GROUP
from tasks_app.realtime.threads import in_own_thread

from . import catchup

if TYPE_CHECKING:
    from tasks_app.models.feed import Cursor

    from .versions import Versions

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
        while True:
            message: dict[str, Any] = await layer.receive(channel)
            tell(message["tasks"], message["removed"], by="redis")
            metrics.LAG.observe(max(0.0, time.time() - message["sent_at"]))
    finally:
        await layer.flush()  # else its connection listens on for nobody


async def ping() -> None:
    """Note whether Redis answers; the layer goes on trying in silence."""
    try:
        async with Redis.from_url(settings.REDIS_URL, socket_timeout=1.0) as client:
            await cast("Awaitable[bool]", client.ping())
    except (RedisError, OSError):
        metrics.REDIS.set(0)
    else:
        metrics.REDIS.set(1)


async def catch_up(since: Cursor | None, known: Versions) -> catchup.Changes:
    """Return what the database says has changed since a place."""
    unsure = set(known.unsure)
    with metrics.CATCH_UPS.time():
        changes = await in_own_thread(catchup.read, since, known, unsure)
    known.unsure -= unsure
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
