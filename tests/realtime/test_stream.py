"""Server-Sent Events: the socket's messages over plain HTTP."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import psutil
import pytest

from tasks_app import credentials, lifecycle
from tests.conftest import ORIGIN

from .conftest import cookie_of, write

# HTTP and sockets by themselves; what the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


class Events:
    """A client that reads a stream as a browser's EventSource does."""

    def __init__(self, response):
        self.lines = response.aiter_lines()
        self.last_id = ""

    async def next(self, kind, *, seconds=5):
        """Return the next message of a type."""
        async with asyncio.timeout(seconds):
            async for line in self.lines:
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last_id = value
                if name == "data" and (message := json.loads(value))["type"] == kind:
                    return message
        raise AssertionError("The stream has ended.")


@pytest.fixture
def listen(server, transactional_db):
    """Return a function that opens a stream as a user."""

    @asynccontextmanager
    async def opened(user, *, query=None, **headers):
        if user is not None:
            headers["Cookie"] = await cookie_of(user)
        async with (
            httpx.AsyncClient(base_url=server, timeout=10) as client,
            client.stream(
                "GET", "/api/v1/stream/", params=query, headers=headers
            ) as response,
        ):
            yield response

    return opened


async def test_a_listener_sees_what_there_is_and_what_changes(listen, alice, make_task):
    task = await write(make_task, title="orders")
    async with listen(alice, query={"tasks": str(task.pk)}) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        events = Events(response)
        snapshot = await events.next("snapshot")
        assert [t["status"] for t in snapshot["tasks"]] == ["pending"]

        await write(lifecycle.cancel, task, origin=ORIGIN)

        update = await events.next("update")
        assert [t["status"] for t in update["tasks"]] == ["cancelled"]


async def test_a_filter_shows_only_what_matches_and_may_be_seen(
    listen, alice, bob, make_task
):
    await write(make_task, title="of alice")
    async with listen(bob, query={"status": "pending,paused"}) as response:
        events = Events(response)
        assert (await events.next("snapshot"))["tasks"] == []
        await write(make_task, title="also of alice")

        await write(make_task, title="of bob", owner=bob)

        update = await events.next("update")
        assert [t["title"] for t in update["tasks"]] == ["of bob"]


async def test_who_comes_back_with_the_last_id_is_told_what_was_missed(
    listen, alice, make_task
):
    task = await write(make_task)
    async with listen(alice) as response:
        events = Events(response)
        await events.next("snapshot")
    await write(lifecycle.cancel, task, origin=ORIGIN)

    headers = {"Last-Event-ID": events.last_id}
    async with listen(alice, **headers) as response:
        replay = await Events(response).next("replay")

    assert replay["recovered"] is True
    assert [t["status"] for t in replay["tasks"]] == ["cancelled"]


async def test_a_program_listens_with_its_token(listen, alice, make_task):
    await write(make_task, title="orders")
    token = (await write(credentials.issue_tokens, alice)).access
    async with listen(None, Authorization=f"Bearer {token}") as response:
        snapshot = await Events(response).next("snapshot")

    assert [t["title"] for t in snapshot["tasks"]] == ["orders"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
async def test_a_stranger_gets_401(listen, db, headers):
    async with listen(None, **headers) as response:
        body = json.loads(await response.aread())

    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert (body["code"], body["status"]) == ("not_authenticated", 401)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "running"}, "status"),
        ({"tasks": "17"}, "tasks"),
        ({"after": "yesterday"}, "after"),
        ({"colour": "red"}, "colour"),
        ({"owner": ["me", "bob"]}, "owner"),
        ({"tasks": "17", "status": "pending"}, "tasks"),
    ],
)
async def test_a_bad_question_gets_400_and_is_named(listen, alice, query, name):
    async with listen(alice, query=query) as response:
        body = json.loads(await response.aread())

    assert response.status_code == 400
    assert name in body["detail"]
    assert body["errors"] == {name: [body["detail"]]}


async def test_many_listeners_need_no_thread_each(processes, alice, make_task):
    site = processes.web()
    cookie = await cookie_of(alice)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=site, timeout=30, limits=limits) as client:

        async def one(opened):
            path, headers = "/api/v1/stream/", {"Cookie": cookie}
            async with client.stream("GET", path, headers=headers) as response:
                events = Events(response)
                await events.next("snapshot", seconds=30)
                opened.release()
                return await events.next("update", seconds=30)

        opened = asyncio.Semaphore(0)
        waiting = [asyncio.create_task(one(opened)) for _ in range(60)]
        for _ in waiting:
            await opened.acquire()
        threads = psutil.Process(processes.running[-1].pid).num_threads()

        await write(make_task, title="orders")
        updates = await asyncio.gather(*waiting)

    assert {u["tasks"][0]["title"] for u in updates} == {"orders"}
    assert threads < 40, threads
