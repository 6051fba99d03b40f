"""A database restored from a backup has older versions, and they are news again.

F32 of the fault list; `test_epoch` holds that the epoch changes.
"""

from __future__ import annotations

import uuid

import pytest

from tasks_app import lifecycle
from tasks_app.models import Feed, Task
from tests.conftest import ORIGIN
from tests.realtime.conftest import connected, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


def restore():
    """Rows of a backup under an open server, and the epoch that the keeper draws."""
    Task.objects.update(version=2)
    Feed.objects.update(epoch=uuid.uuid4())


async def test_lower_versions_of_a_backup_are_told(processes, alice, make_claimed):
    task = await write(make_claimed)
    async with connected(processes.web(), alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        for number in range(5):
            await write(lifecycle.progress, task, current=number, total=9, message="")
        await socket.update_until(version=7)

        await write(restore)
        assert (await socket.receive("replay"))["recovered"] is False
        snapshot = await socket.subscribe(tasks=[str(task.pk)])
        assert snapshot["tasks"][0]["version"] == 2
        await write(lifecycle.pause, task, origin=ORIGIN)

        await socket.update_until(version=3)
