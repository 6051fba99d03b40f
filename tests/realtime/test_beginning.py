"""The first socket of a server: what changes while the server begins is told."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from channels.testing import WebsocketCommunicator

from config.asgi import application
from tasks_app import lifecycle
from tasks_app.realtime.hub import sources

from .conftest import cookie_of, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


@pytest.fixture
def redis_is_away(monkeypatch):
    """So that changes come from the database alone."""

    async def hear_nothing(tell, listening):
        listening.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(sources, "listen", hear_nothing)


@pytest.fixture
def changed(monkeypatch):
    """An event for which the first look into the database waits a second at most."""
    changed = asyncio.Event()
    look = sources.catch_up

    async def look_late(since, known):
        if since is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await changed.wait()
        return await look(since, known)

    monkeypatch.setattr(sources, "catch_up", look_late)
    return changed


async def next_of(socket, kind):
    while True:
        message = json.loads(await socket.receive_from(20))
        if message["type"] == kind:
            return message


@pytest.mark.usefixtures("redis_is_away")
async def test_a_change_right_after_the_first_snapshot_is_told(
    changed, alice, make_claimed
):
    task = await write(make_claimed)
    headers = [
        (b"host", b"localhost"),
        (b"origin", b"http://localhost"),
        (b"cookie", (await cookie_of(alice)).encode()),
    ]
    socket = WebsocketCommunicator(application, "/ws/v1/tasks/", headers=headers)
    assert (await socket.connect(20))[0]
    asked = {"action": "subscribe", "id": "s", "tasks": [str(task.pk)]}
    await socket.send_to(text_data=json.dumps(asked))
    await next_of(socket, "snapshot")

    await write(lifecycle.complete, task, result={})
    changed.set()

    (told,) = (await next_of(socket, "update"))["tasks"]
    assert (told["id"], told["status"]) == (str(task.pk), "completed")
    await socket.disconnect()
