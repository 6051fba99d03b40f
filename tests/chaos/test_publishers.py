"""Whoever makes a change in embedded mode, Redis is told and a viewer sees it.

F35 of the fault list: a thread, a task of Celery in a pool of processes and in one of
threads, and a management command. The database is looked at once a second; who is told
by Redis need not wait for that.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.db import connection

from tasks_app import lifecycle
from tasks_app.events import TASKS_GROUP
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.engine.asking import ask
from tests.processes import PATIENCE, Processes
from tests.realtime.conftest import connected

pytestmark = pytest.mark.embedded_only


def in_a_thread(processes: Processes) -> None:
    def change() -> None:
        lifecycle.cancel(Task.objects.get(), origin=ORIGIN)
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    thread.join()


def in_a_pool_of_processes(processes: Processes) -> None:
    processes.worker(concurrency=1)
    ask("echo")


def in_a_pool_of_threads(processes: Processes) -> None:
    processes.worker(concurrency=1, pool="threads")
    ask("echo")


def in_a_command(processes: Processes) -> None:
    done = processes.manage("submit", "workshop.echo")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (in_a_thread, "cancelled"),
        (in_a_pool_of_processes, "completed"),
        (in_a_pool_of_threads, "completed"),
        (in_a_command, "pending"),
    ],
)
async def test_a_change_is_told_by_redis_and_seen(
    processes: Processes,
    staff: Any,
    make_task: Any,
    change: Callable[[Processes], None],
    status: str,
) -> None:
    site = processes.web()
    if change is in_a_thread:
        await database_sync_to_async(make_task)()
    layer = channel_layers.make_backend("default")
    channel = await layer.new_channel()
    await layer.group_add(TASKS_GROUP, channel)
    try:
        async with connected(site, staff) as socket:
            await socket.subscribe(filter={})

            await database_sync_to_async(change)(processes)

            async with asyncio.timeout(PATIENCE):
                while status not in statuses(await layer.receive(channel)):
                    pass
            await socket.update_until(status=status)
    finally:
        await layer.flush()


def statuses(message: dict[str, Any]) -> set[str]:
    """Return those of the tasks that a message of Redis tells of."""
    return {task["status"] for task in message["tasks"]}
