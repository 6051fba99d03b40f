"""A client that vanishes in the middle of anything harms nobody else."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
import websockets
from channels.db import database_sync_to_async

from .conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)

SUBSCRIBE = json.dumps({"action": "subscribe", "id": "s1", "filter": {}})


async def vanish(server: str, cookie: str, *, after: float) -> None:
    """Watch everything and drop the connection `after` so many seconds."""
    address = server.replace("http://", "ws://") + "/ws/v1/tasks/"
    connection = await websockets.connect(
        address, origin=cast("Any", server), additional_headers={"Cookie": cookie}
    )
    await connection.send(SUBSCRIBE)
    await asyncio.sleep(after)
    connection.transport.abort()


async def test_clients_that_vanish_at_any_moment_leave_others_served(
    connect, server, staff, alice, make_task
):
    cookie = await cookie_of(alice)
    async with connect(staff) as watcher:
        await watcher.subscribe(filter={})
        for wave in range(5):
            gone = [vanish(server, cookie, after=n / 500) for n in range(20)]
            drop = asyncio.gather(*gone)

            for n in range(10):
                title = f"{n} of wave {wave}"
                await database_sync_to_async(make_task)(title=title)

                await watcher.update_until(title=title)

            await drop
