"""What a watcher sees when Redis forgets, dies, or when the watcher was away."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import RemovedTask
from tests.conftest import ORIGIN
from tests.processes import PATIENCE
from tests.servers import RedisServer

from .conftest import connected, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own_redis():
    """A Redis that a test may hurt."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def site(own_redis, processes):
    """A server on that Redis."""
    return processes.web(REDIS_URL=own_redis.url)


async def test_with_redis_gone_changes_come_from_the_database(
    site, own_redis, alice, make_task
):
    task = await write(make_task)
    async with connected(site, alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        own_redis.kill()

        await write(lifecycle.cancel, task, origin=ORIGIN)

        patch = await socket.update_until(status="cancelled")
        assert patch["version"] == 2


async def test_speed_returns_when_redis_does(site, own_redis, alice, make_task):
    task = await write(make_task)
    async with connected(site, alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        own_redis.kill()
        await write(lifecycle.pause, task, origin=ORIGIN)
        await socket.update_until(status="paused")
        own_redis.start()

        await write(lifecycle.resume, task, origin=ORIGIN)

        await socket.update_until(status="pending")


@pytest.mark.parametrize("fault", ["flushall", "client_kill"])
async def test_what_redis_forgets_in_mid_stream_is_made_good(
    site, own_redis, alice, make_claimed, fault
):
    task = await write(make_claimed)
    async with connected(site, alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        with redis.Redis.from_url(own_redis.url) as client:
            if fault == "flushall":
                client.flushall()
            else:
                client.client_kill_filter(_type="pubsub")

        await write(lifecycle.complete, task, result={})

        await socket.update_until(status="completed")


async def test_a_watcher_who_came_while_redis_was_gone_is_served(
    site, own_redis, alice, make_task
):
    own_redis.kill()
    task = await write(make_task)
    async with connected(site, alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        await write(lifecycle.pause, task, origin=ORIGIN)
        await socket.update_until(status="paused")
        own_redis.start()

        await write(lifecycle.resume, task, origin=ORIGIN)

        await socket.update_until(status="pending")


async def test_watchers_who_left_leave_no_subscription_behind(site, own_redis, alice):
    with redis.Redis.from_url(own_redis.url, decode_responses=True) as client:
        for _ in range(5):
            async with connected(site, alice):
                assert client.pubsub_channels()

        async with asyncio.timeout(PATIENCE):
            while client.pubsub_channels():  # noqa: ASYNC110  another process's
                await asyncio.sleep(0.05)


async def test_who_comes_back_is_told_what_was_missed(server, alice, make_task):
    kept, deleted = await write(make_task), await write(make_task)
    await write(lifecycle.cancel, deleted, origin=ORIGIN)
    async with connected(server, alice) as socket:
        cursor = (await socket.subscribe(filter={}))["cursor"]
    await write(lifecycle.cancel, kept, origin=ORIGIN)
    await write(lifecycle.delete, deleted)
    new = await write(make_task, title="new")

    replay = await again(server, alice, after=cursor, filter={"status": ["pending"]})

    assert replay["recovered"] is True
    assert replay["removed"] == [str(deleted.pk)]
    told = {task["id"]: task["left"] for task in replay["tasks"]}
    assert told == {str(kept.pk): True, str(new.pk): False}


async def test_a_stranger_is_replayed_nothing_of_others(server, bob, make_task):
    async with connected(server, bob) as socket:
        cursor = (await socket.subscribe(filter={}))["cursor"]
    task = await write(make_task)
    await write(lifecycle.cancel, task, origin=ORIGIN)
    await write(lifecycle.delete, task)
    await write(make_task)

    replay = await again(server, bob, after=cursor, filter={})

    assert (replay["tasks"], replay["removed"]) == ([], [])


@pytest.mark.parametrize("stale", ["other epoch", "future"])
async def test_a_replay_that_cannot_be_whole_is_not_made(server, alice, stale):
    async with connected(server, alice) as socket:
        cursor = (await socket.subscribe(filter={}))["cursor"]
    epoch, position, sight = cursor.split(".")
    wrong = {
        "other epoch": f"{uuid.uuid4().hex}.{position}.{sight}",
        "future": f"{epoch}.{int(position) + 10**9}.{sight}",
    }

    replay = await again(server, alice, after=wrong[stale], filter={})

    assert (replay["recovered"], replay["tasks"]) == (False, [])


async def test_who_was_away_for_longer_than_removals_are_known_starts_over(
    server, alice, make_task
):
    gone, kept = await write(make_task), await write(make_task)
    async with connected(server, alice) as socket:
        before = (await socket.subscribe(filter={}))["cursor"]
    await write(lifecycle.cancel, gone, origin=ORIGIN)
    await write(lifecycle.delete, gone)
    async with connected(server, alice) as socket:
        after = (await socket.subscribe(filter={}))["cursor"]
    long_ago = timezone.now() - timedelta(days=8)
    await write(RemovedTask.objects.update, at=long_ago)

    await write(lifecycle.prune)

    assert not await write(RemovedTask.objects.exists)
    ids = {"tasks": [str(kept.pk)]}
    assert (await again(server, alice, after=before, **ids))["recovered"] is False
    assert (await again(server, alice, after=after, **ids))["recovered"] is True


async def again(server: str, user: Any, **message: Any) -> dict[str, Any]:
    """Connect and subscribe after a cursor; return the replay."""
    async with connected(server, user) as socket:
        await socket.send(action="subscribe", id="s1", **message)
        return await socket.receive("replay")
