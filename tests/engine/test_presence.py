"""Workers say that they are there; one that is killed is soon known to be gone."""

from __future__ import annotations

import signal
from functools import partial
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from tasks_app import lifecycle
from tasks_app.models import Worker
from tasks_app.models.clock import DatabaseNow
from tests.processes import (
    PATIENCE,
    Process,
    Processes,
    wait_for_status,
    wait_until,
)

from .asking import ask


def there() -> Worker | None:
    return Worker.objects.alive().first()


def another(process: Process, old: int) -> bool:
    return any(child.pid != old for child in process.children())


def test_a_worker_is_there_until_it_is_asked_to_stop(processes: Processes) -> None:
    process = processes.worker(concurrency=2)
    worker = wait_until(there, what="the worker's row")

    assert worker.name.endswith(f":{process.pid}")
    assert (worker.queues, worker.slots) == (["default"], 2)
    seen = worker.seen_at
    wait_until(lambda: Worker.objects.get().seen_at > seen)
    assert Worker.objects.get().started_at == worker.started_at

    process.popen.send_signal(signal.SIGTERM)
    assert process.popen.wait(PATIENCE) == 0
    assert not Worker.objects.exists()


def test_a_worker_that_is_killed_is_not_there_for_long(processes: Processes) -> None:
    process = processes.worker(concurrency=1)
    wait_until(there, what="the worker's row")

    process.kill()

    wait_until(lambda: there() is None, what="it to be missed")
    assert Worker.objects.exists()  # nobody said goodbye


def test_queues_are_those_that_are_read_now(processes: Processes) -> None:
    processes.worker(concurrency=1)
    worker = wait_until(there, what="the worker's row")
    node = worker.name.rpartition(":")[0]

    # It hears no commands yet where it has only just said that it is ready.
    wait_until(
        lambda: current_app.control.add_consumer(
            "slow", destination=[node], reply=True
        ),
        what="its answer",
    )

    wanted = {"default", "slow"}
    wait_until(lambda: Worker.objects.served_queues() == wanted, what="the new queue")


def test_a_worker_whose_children_are_replaced_stays(processes: Processes) -> None:
    process = processes.worker(concurrency=1)
    wait_until(there, what="the worker's row")
    for _ in range(3):
        (child,) = process.children()
        child.kill()
        wait_until(partial(another, process, child.pid), what="a new child")
        wait_for_status(ask("echo"), "completed")
    seen = Worker.objects.get().seen_at

    wait_until(lambda: Worker.objects.get().seen_at > seen)
    assert Worker.objects.count() == 1


@pytest.mark.servers_only
def test_a_worker_outlives_a_database_that_is_away(processes: Processes) -> None:
    process = processes.worker(concurrency=1)
    worker = wait_until(there, what="the worker's row")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tasks_app_worker RENAME TO away")
    try:
        processes.wait_for_log(process, "Could not say that this worker is there")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO tasks_app_worker")
    seen = worker.seen_at

    wait_until(lambda: Worker.objects.get().seen_at > seen)
    wait_for_status(ask("echo"), "completed")


@pytest.mark.django_db
def test_rows_of_long_ago_go_when_another_worker_comes(settings: Any) -> None:
    lifecycle.note_worker(name="old", queues=["default"], slots=1)
    Worker.objects.update(seen_at=DatabaseNow() - lifecycle.presence.FORGOTTEN)
    lifecycle.note_worker(name="new", queues=["slow"], slots=1, up_seconds=60)

    (worker,) = Worker.objects.all()
    assert worker.name == "new"
    assert 59 <= (worker.seen_at - worker.started_at).total_seconds() <= 61
    assert Worker.objects.served_queues() == {"slow"}


@pytest.mark.django_db
def test_a_row_that_was_taken_away_too_early_comes_back() -> None:
    for _ in range(2):
        lifecycle.note_worker(name="w", queues=["default"], slots=1)
        lifecycle.drop_worker(name="w")
    lifecycle.note_worker(name="w", queues=["default"], slots=3)

    assert Worker.objects.alive().get().slots == 3
