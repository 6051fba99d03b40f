"""The servers that the hub is compared with, as small as they can be.

`stock`: Channels as its tutorial has it, every consumer in a group of the core layer.
`floor`: a bare ASGI application, one Redis subscription, no framework.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from typing import Any

import redis.asyncio
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

GROUP = "watchers"
CHANNEL = "floor"


class StockConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Joins a group and passes on what it is told."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send("{}")

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def told(self, event: dict[str, Any]) -> None:
        await self.send(json.dumps(event["tasks"]))


def configure() -> None:
    """Give the stock server the settings of Channels' own documentation."""
    if settings.configured:
        return
    settings.configure(
        CHANNEL_LAYERS={
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {
                    "hosts": [os.environ["REDIS_URL"]],
                    "capacity": 100_000,  # else it drops what it cannot hold
                },
            }
        }
    )


configure()
stock = StockConsumer.as_asgi()

_sends: set[Any] = set()
_listener: list[asyncio.Task[None]] = []


async def floor(scope: Any, receive: Any, send: Any) -> None:
    """Accept, and pass on every message of one Redis channel."""
    if scope["type"] != "websocket":
        return
    await receive()
    if not _listener:
        ready = asyncio.Event()
        _listener.append(asyncio.create_task(_listen(ready)))
        await ready.wait()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "{}"})
    _sends.add(send)
    with contextlib.suppress(RuntimeError):
        while (await receive())["type"] != "websocket.disconnect":
            pass
    _sends.discard(send)


async def _listen(ready: asyncio.Event) -> None:
    client = redis.asyncio.from_url(os.environ["REDIS_URL"])
    async with client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        ready.set()
        async for message in subscription.listen():
            if message["type"] != "message":
                continue
            text = message["data"].decode()
            for send in list(_sends):
                await send({"type": "websocket.send", "text": text})
