"""How the peers are told of an update."""

from __future__ import annotations

import os

import redis
from asgiref.sync import async_to_sync
from channels_redis.core import RedisChannelLayer

from benchmarks.peers import CHANNEL, GROUP


def floor(stamp: str) -> None:
    """Publish to the one channel."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.publish(CHANNEL, stamp)


async def _send(stamp: str) -> None:
    layer = RedisChannelLayer(hosts=[os.environ["REDIS_URL"]], capacity=100_000)
    await layer.group_send(GROUP, {"type": "told", "tasks": [stamp]})
    await layer.close_pools()


def stock(stamp: str) -> None:
    """Send to the group, as a Celery task would."""
    async_to_sync(_send)(stamp)
