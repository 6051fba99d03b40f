"""One user can neither open nor hold connections without end."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import redis

from .conftest import code_after, connected, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

STREAM = "/api/v1/stream/"
TOO_MANY = 4429


async def status_of(site, user, path=STREAM):
    """Open a stream, and close it as soon as it has begun."""
    async with httpx.AsyncClient(base_url=site) as client:
        headers = {"Cookie": await cookie_of(user)}
        async with client.stream("GET", path, headers=headers) as response:
            if response.status_code != 200:
                await response.aread()
            return response


async def test_who_opens_too_many_is_told_when_to_come_back(
    processes, alice, bob, make_task, settings
):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter("sightline:limit:watch:*"):
            client.delete(key)
    site = processes.web(RATE_WATCH="2/60")
    task = await asyncio.to_thread(make_task)
    for _ in range(2):
        assert (await status_of(site, alice)).status_code == 200

    for path in (STREAM, f"/api/v1/tasks/{task.pk}/?wait=1"):
        refused = await status_of(site, alice, path)
        assert refused.status_code == 429
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert refused.json()["code"] == "too_many_requests"
    async with connected(site, alice, greeted=False) as socket:
        assert await code_after(socket) == TOO_MANY
    assert (await status_of(site, bob)).status_code == 200


async def test_who_holds_too_many_opens_another_once_one_is_closed(
    processes, alice, bob
):
    site = processes.web(CONNECTIONS_PER_USER="2")

    async with connected(site, alice):
        async with connected(site, alice):
            async with connected(site, alice, greeted=False) as third:
                assert await code_after(third) == TOO_MANY
            assert (await status_of(site, alice)).headers["Retry-After"] == "30"
            async with connected(site, bob):
                pass
        for _ in range(100):  # the server may learn a little later that it is closed
            if (freed := await status_of(site, alice)).status_code == 200:
                break
        assert freed.status_code == 200
