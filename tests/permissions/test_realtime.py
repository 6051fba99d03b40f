"""Who is told what by every door that stays open: sockets, event stream, long poll."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

import httpx
import pytest

from tasks_app.realtime.routing import http_urlpatterns, websocket_urlpatterns
from tests.realtime.conftest import connected, cookie_of

from .people import PEOPLE, table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

#   anonymous stranger owner reporter operator viewer staff superuser
WATCH: Final = "4401 blind sees blind sees sees blind sees"
STREAM: Final = "401 blind sees blind sees sees blind sees"
POLL: Final = "401 404 200 404 200 200 404 200"
OURS: Final = "/ws/v1/tasks/"
SOURCE_003, SOURCE_004 = "/ws/task-status/", "/ws/tasks/status/"
SUBSCRIPTIONS: Final[dict[str, dict[str, Any]]] = {
    "by id": {"tasks": ["{id}"]},
    "by filter": {"filter": {}},
    "by search": {"filter": {"search": "hidden"}},
}


@pytest.fixture
def site(processes):
    return processes.web()


@pytest.mark.parametrize("kind", SUBSCRIPTIONS)
async def test_a_socket_shows_what_is_theirs(site, people, task_that, kind):
    pk = str((await asyncio.to_thread(task_that, "failed")).pk)
    asked = json.loads(json.dumps(SUBSCRIPTIONS[kind]).replace("{id}", pk))

    async def look(who: str) -> str:
        async with connected(site, people[who], greeted=False, path=OURS) as socket:
            if people[who] is None:
                await socket.connection.wait_closed()
                return str(socket.connection.close_code)
            snapshot = await socket.subscribe(**asked)
        if kind == "by id":
            assert snapshot["missing"] == ([] if snapshot["tasks"] else [pk])
        return "sees" if pk in json.dumps(snapshot["tasks"]) else "blind"

    assert {who: await look(who) for who in PEOPLE} == table(WATCH)


async def test_the_sockets_of_the_sources_show_what_is_theirs(site, people, task_that):
    pk = str((await asyncio.to_thread(task_that, "failed")).pk)

    async def look(who: str) -> str:
        path = SOURCE_004
        async with connected(site, people[who], greeted=False, path=path) as socket:
            if people[who] is None:
                await socket.connection.wait_closed()
                return str(socket.connection.close_code)
            assert (await socket.anything())["type"] == "connection"
            await socket.send(action="subscribe", task_id=pk)
            answer = await socket.anything()
        return "sees" if answer["type"] == "task_update" else "blind"

    assert {who: await look(who) for who in PEOPLE} == table(WATCH)


async def test_a_socket_that_tells_unasked_shows_what_is_theirs(
    site, people, task_that, make_task
):
    pk = str((await asyncio.to_thread(task_that, "failed")).pk)

    async def look(who: str) -> str:
        path, user = SOURCE_003, people[who]
        own = user and await asyncio.to_thread(make_task, owner=user)
        async with connected(site, user, greeted=False, path=path) as socket:
            if user is None:
                await socket.connection.wait_closed()
                return str(socket.connection.close_code)
            told = ""
            while str(own.pk) not in told:  # the newest comes last
                told += json.dumps(await socket.anything())
        return "sees" if pk in told else "blind"

    assert {who: await look(who) for who in PEOPLE} == table(WATCH)


def test_every_socket_and_stream_has_a_row_here():
    found = [*websocket_urlpatterns, *http_urlpatterns]
    paths = {f"/{each.pattern}" for each in found} - {"/"}  # the rest is nowhere

    assert paths == {OURS, SOURCE_003, SOURCE_004, "/api/v1/stream/"}


async def test_a_stream_shows_what_is_theirs(site, people, task_that):
    pk = str((await asyncio.to_thread(task_that, "failed")).pk)

    async def look(client: httpx.AsyncClient, who: str) -> str:
        headers = {"Cookie": await cookie_of(people[who])} if people[who] else {}
        query = client.stream("GET", "/api/v1/stream/", headers=headers)
        async with query as response:
            if response.status_code != 200:
                return str(response.status_code)
            async for line in response.aiter_lines():
                if line.startswith("data: ") and '"snapshot"' in line:
                    return "sees" if pk in line else "blind"
        raise AssertionError("The stream ended without a snapshot.")

    async with httpx.AsyncClient(base_url=site, timeout=10) as client:
        got = {who: await look(client, who) for who in PEOPLE}

    assert got == table(STREAM)


async def test_a_long_poll_answers_what_is_theirs(site, people, task_that):
    pk = (await asyncio.to_thread(task_that, "failed")).pk

    async def look(client: httpx.AsyncClient, who: str) -> str:
        headers = {"Cookie": await cookie_of(people[who])} if people[who] else {}
        path = f"/api/v1/tasks/{pk}/?wait=5&version=1"
        return str((await client.get(path, headers=headers)).status_code)

    async with httpx.AsyncClient(base_url=site, timeout=10) as client:
        got = {who: await look(client, who) for who in PEOPLE}

    assert got == table(POLL)
