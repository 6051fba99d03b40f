"""What a server process counts, and who is told."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.servers import RedisServer

from .conftest import connected, cookie_of, write

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = ("redis", "database")


@pytest.fixture
def site(processes):
    return processes.web(METRICS_TOKEN="for-prometheus")


async def figures(site, **headers):
    """Return the samples of /metrics by name with labels."""
    headers = headers or {"Authorization": "Bearer for-prometheus"}
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if line.startswith("sightline")]
    return {
        name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)
    }


async def test_watchers_and_what_they_are_told_are_counted(site, alice, make_task):
    task = await write(make_task)
    async with connected(site, alice) as one, connected(site, alice) as two:
        cursor = (await one.subscribe(filter={}))["cursor"]
        await two.send(action="subscribe", id="s1", filter={}, after=cursor)
        await two.receive("replay")
        await write(lifecycle.cancel, task, origin=ORIGIN)
        await one.update_until(status="cancelled")
        await two.update_until(status="cancelled")

        now = await figures(site)

    assert now['sightline_sockets{kind="socket"}'] == 2
    assert now["sightline_subscriptions"] == 2
    assert now['sightline_replays_total{recovered="true"}'] == 1
    assert now['sightline_frames_total{kind="socket"}'] >= 6
    brought = [now.get(f'sightline_hub_changes_total{{by="{by}"}}', 0) for by in WAYS]
    assert sum(brought) >= 1
    assert now["sightline_hub_redis"] == 1
    assert now["sightline_hub_catch_up_seconds_count"] >= 1
    async with asyncio.timeout(5):
        while (await figures(site))["sightline_subscriptions"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process counts


async def test_the_figures_are_for_prometheus_and_staff(site, alice, staff):
    async with httpx.AsyncClient(base_url=site) as client:
        stranger = await client.get("/metrics")
        owner = await client.get("/metrics", headers={"Cookie": await cookie_of(alice)})
        guess = await client.get("/metrics", headers={"Authorization": "Bearer x"})

    assert [a.status_code for a in (stranger, owner, guess)] == [404, 404, 404]
    assert await figures(site, Cookie=await cookie_of(staff))


async def test_readiness_shows_who_watches(site, alice):
    async with connected(site, alice) as socket, httpx.AsyncClient() as client:
        await socket.subscribe(filter={})

        answer = (await client.get(f"{site}/readyz")).json()

    assert answer["checks"]["hub"] == "ok"
    assert answer["watchers"]["sockets"] == {"socket": 1}
    assert answer["watchers"]["subscriptions"] == 1
    assert answer["watchers"]["redis"] is True


async def test_the_figures_say_when_redis_brings_nothing(processes, alice):
    with RedisServer() as redis:
        site = processes.web(REDIS_URL=redis.url, METRICS_TOKEN="for-prometheus")
        async with connected(site, alice), asyncio.timeout(20):
            while not (await figures(site))["sightline_hub_redis"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            redis.kill()

            while (await figures(site))["sightline_hub_redis"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
