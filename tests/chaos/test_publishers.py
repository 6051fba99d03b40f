"""Whoever makes a change in embedded mode, a viewer sees it within a second.

F35 of the fault list: a thread, a task of Celery in a pool of processes and in one of
threads, and a management command.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import connection

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.engine.asking import ask
from tests.processes import Processes
from tests.realtime.conftest import connected

pytestmark = pytest.mark.embedded_only
SEEN_SECONDS = 1.0


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
async def test_a_change_is_seen_within_a_second(
    processes: Processes,
    staff: Any,
    make_task: Any,
    change: Callable[[Processes], None],
    status: str,
) -> None:
    site = processes.web()
    if change is in_a_thread:
        await database_sync_to_async(make_task)()
    async with connected(site, staff) as socket:
        await socket.subscribe(filter={})

        making = asyncio.create_task(database_sync_to_async(change)(processes))
        patch = await socket.update_until(seconds=30, status=status)
        seen_at = datetime.now(UTC)
        await making

    made_at = datetime.fromisoformat(patch["status_updated_at"])
    assert (seen_at - made_at).total_seconds() <= SEEN_SECONDS
