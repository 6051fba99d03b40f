"""A client that acknowledged once and then reads nothing while tasks change.

F29 of the fault list with updates; `test_slow_reader` has it with answers.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from typing import Any, cast

import psutil
import pytest
import websockets
from channels.db import database_sync_to_async

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.processes import PATIENCE
from tests.realtime.conftest import connected, cookie_of

from .profile import PROFILE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

SLOW = 6
STUCK_SECONDS = 2
MOST_BYTES = 1_000_000  # that the server may grow by for each of them
PAUSE = 0.06  # between two ends of tasks: each is a frame of its own


async def unread(server: str, cookie: str) -> Any:
    """Open a socket whose other end never reads what comes after the greeting."""
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plug.connect(("127.0.0.1", int(server.rpartition(":")[2])))
    connection = await websockets.connect(
        server.replace("http://", "ws://") + "/ws/v1/tasks/",
        sock=plug,
        origin=cast("Any", server),
        additional_headers={"Cookie": cookie},
        compression=None,
        ping_interval=None,
        max_queue=1,
    )
    await connection.send(json.dumps({"action": "ack", "frame": 0}))
    await connection.send(json.dumps({"action": "subscribe", "id": "s", "filter": {}}))
    return connection


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_who_reads_no_updates_is_closed_and_costs_little(
    processes, alice, make_task, account, kind
):
    site = processes.web(server=kind, STUCK_SECONDS=str(STUCK_SECONDS))
    server = psutil.Process(processes.running[-1].pid)
    cookie = await cookie_of(alice)
    tasks = [await database_sync_to_async(make_task)() for _ in range(PROFILE.unread)]
    async with connected(site, alice) as reader, AsyncExitStack() as stack:
        await reader.subscribe(filter={})
        slow = [await unread(site, cookie) for _ in range(SLOW)]
        for connection in slow:
            stack.callback(connection.transport.abort)
        await reader.send(action="ping")
        await reader.receive("pong")
        before = server.memory_info().rss

        for task in tasks:
            cancel = database_sync_to_async(lifecycle.cancel)
            await cancel(task, origin=ORIGIN)
            await reader.update_until(id=str(task.pk))
            await asyncio.sleep(PAUSE)

        grown = (server.memory_info().rss - before) / SLOW
        ports = {c.transport.get_extra_info("sockname")[1] for c in slow}
        async with asyncio.timeout(PATIENCE):
            while held(server, ports):  # noqa: ASYNC110  another process's
                await asyncio.sleep(0.1)
    account(f"{kind}: {grown / 1024:.0f} KiB for each who did not read, all closed")
    assert grown < MOST_BYTES


def held(server: psutil.Process, ports: set[int]) -> int:
    """Return how many of the sockets the server still holds."""
    far = [c.raddr for c in server.net_connections()]
    return sum(bool(place) and place[1] in ports for place in far)
