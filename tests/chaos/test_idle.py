"""A socket on which nothing happens stays, and still hears of what then happens.

Every 15 seconds it is told that nothing is missing.

F27 and F28 of the fault list. The layer has no expiry of groups: Redis keeps a
subscription as long as its connection, so idling is all that could end one.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from channels.db import database_sync_to_async

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.realtime.conftest import connected

from .profile import PROFILE


@pytest.mark.embedded_only
async def test_an_idle_socket_stays_and_still_hears(processes, alice, make_task):
    sites = [processes.web(server=kind) for kind in ("uvicorn", "daphne")]
    task = await database_sync_to_async(make_task)()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connected(site, alice)) for site in sites
        ]
        for socket in sockets:
            await socket.subscribe(tasks=[str(task.pk)])

        await asyncio.sleep(PROFILE.idle_seconds)
        await database_sync_to_async(lifecycle.cancel)(task, origin=ORIGIN)

        for socket in sockets:
            assert (await socket.receive("position"))["cursor"]
            await socket.update_until(status="cancelled")
    assert not [p.log for p in processes.running if "failed" in p.logged]
