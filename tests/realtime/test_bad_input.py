"""What no client should send: it is answered as the protocol says, others are served.

`test_socket` has the messages that are only misunderstood.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest
import websockets
from django.contrib.sessions.models import Session

from tasks_app import lifecycle
from tests.processes import Process

from .conftest import Socket, connected, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

PING = json.dumps({"action": "ping"})
NUMBERS = count(1)
Offence = Callable[[Socket], Awaitable[None]]


@pytest.fixture(params=["uvicorn", "daphne"])
def kind(request) -> str:
    name: str = request.param
    return name


@pytest.fixture
def site(kind, processes):
    """A server of its own, whose log is read afterwards."""
    return processes.web(server=kind)


@pytest.fixture
def log(site, processes) -> Process:
    process: Process = processes.running[-1]
    return process


async def flood(socket: Socket) -> None:
    """10,000 small messages as fast as they go."""
    for _ in range(10_000):
        await socket.connection.send(PING)


async def one_huge_frame(socket: Socket) -> None:
    await socket.connection.send("x" * 10_000_000)


async def one_long_message(socket: Socket) -> None:
    await socket.connection.send(json.dumps({"action": "x" * 65_536}))


async def many_long_messages(socket: Socket) -> None:
    for _ in range(100):
        await socket.connection.send(json.dumps({"action": "x" * 65_536}))


async def broken_json(socket: Socket) -> None:
    await socket.connection.send('{"action": "subscribe", "id": ')


async def deep_json(socket: Socket) -> None:
    await socket.connection.send("[" * 60_000)


async def bytes_of_no_text(socket: Socket) -> None:
    await socket.connection.send(b"\xff\xfe\x00")


# How each is closed by uvicorn and by daphne, which cannot say 1009 and hangs up before
# a huge frame was sent in full. Who goes on sending may find the connection cut (1006).
CLOSED = [
    (flood, {4429, 1006}, {4429, 1006}),
    (one_huge_frame, {1009}, {1006}),
    (one_long_message, {1009}, {4400}),
    (many_long_messages, {1009, 1006}, {4400, 1006}),
    (broken_json, {4400}, {4400}),
    (deep_json, {4400}, {4400}),
    (bytes_of_no_text, {4400}, {4400}),
]


async def close_code(socket: Socket, offence: Offence) -> int:
    """Return the code with which the server closes; 1006 when it just hangs up."""
    try:
        await offence(socket)
        while True:
            await socket.anything(seconds=10)
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


async def test_who_sends_too_much_is_closed_and_others_are_served(
    site, kind, log, alice, bob, make_claimed
):
    task = await write(make_claimed)
    async with connected(site, alice) as other:
        await other.subscribe(tasks=[str(task.pk)])
        for offence, by_uvicorn, by_daphne in CLOSED:
            codes = by_uvicorn if kind == "uvicorn" else by_daphne
            async with connected(site, bob) as socket:
                assert await close_code(socket, offence) in codes, offence
            await is_served(other, task)
    await says_no_secret(log)


@pytest.fixture
def misunderstood(make_task, bob) -> list[tuple[dict[str, Any], str]]:
    """What is answered with an error."""
    return [
        ({"tasks": [str(uuid.uuid4()) for _ in range(501)]}, "at most 500"),
        ({"tasks": ["' OR 1=1 --"]}, "not an id"),
        ({"tasks": [None]}, "not an id"),
        ({"tasks": [{}]}, "not an id"),
        ({"filter": {"status": [["pending"]]}}, "status"),
        ({"filter": {"search": {"$ne": ""}}}, "search"),
        ({"filter": {}, "after": "x" * 1000}, "after"),
        ({"filter": {}, "after": {"position": 1}}, "after"),
        ({"filter": {}, "after": 7}, "after"),
    ]


async def test_what_is_misunderstood_is_named_and_others_are_served(
    site, log, alice, bob, make_claimed, misunderstood
):
    task = await write(make_claimed)
    async with connected(site, alice) as other, connected(site, bob) as socket:
        await other.subscribe(tasks=[str(task.pk)])
        for what, words in misunderstood:
            await socket.send(action="subscribe", id="s1", **what)

            error = await socket.anything()
            assert (error["type"], error["ref"]) == ("error", "s1"), what
            assert words in error["detail"]
            await is_served(other, task)

        snapshot = await socket.subscribe(tasks=[str(task.pk)])  # of somebody else
        assert (snapshot["tasks"], snapshot["missing"]) == ([], [str(task.pk)])
    await says_no_secret(log)


async def is_served(other: Socket, task: Any) -> None:
    """The socket of somebody else still hears of a change."""
    number = next(NUMBERS)
    await write(
        lifecycle.progress, task, current=number, total=None, message=f"no. {number}"
    )
    await other.update_until(
        progress={
            "current": number,
            "total": None,
            "percent": None,
            "message": f"no. {number}",
        }
    )


async def says_no_secret(log: Process) -> None:
    """Nothing broke, and what was logged lets nobody in."""
    assert "Traceback" not in log.logged
    keys = await write(lambda: list(Session.objects.values_list("pk", flat=True)))
    assert len(keys) > 1
    assert not [key for key in keys if key in log.logged]
