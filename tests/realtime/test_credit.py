"""A client that acknowledges is sent 64 frames ahead, then the newest of the rest."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN

from .conftest import connected, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

AHEAD = 64


async def until_silence(socket):
    """Return the updates that come until none does for a second."""
    updates = []
    with suppress(TimeoutError):
        while True:
            updates.append(await socket.receive("update", seconds=1))
    return updates


async def test_what_is_not_acknowledged_is_merged_and_comes_in_the_end(
    processes, alice, make_task
):
    site = processes.web()
    tasks = [await write(make_task) for _ in range(AHEAD + 30)]
    async with connected(site, alice) as socket:
        await socket.subscribe(filter={})
        await socket.send(action="ack", frame=0)
        updates = []
        for task in tasks[:AHEAD]:  # a frame each
            await write(lifecycle.cancel, task, origin=ORIGIN)
            updates.append(await socket.receive("update"))
        for task in tasks[AHEAD:]:
            await write(lifecycle.cancel, task, origin=ORIGIN)
        updates += await until_silence(socket)
        frame = updates[-1]["frame"]
        told = {patch["id"] for update in updates for patch in update["tasks"]}
        assert frame == AHEAD
        assert len(told) < len(tasks)

        await socket.send(action="ack", frame=frame)

        rest = await socket.receive("update")
        assert rest["frame"] == AHEAD + 1
        missing = {str(task.pk) for task in tasks} - told
        assert {patch["id"] for patch in rest["tasks"]} == missing
