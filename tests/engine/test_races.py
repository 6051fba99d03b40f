"""A thousand times somebody cancels while a worker completes: one of them wins."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError, LeaseLostError
from tasks_app.models import Task, TaskEvent
from tasks_app.statuses import FINAL
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, fresh

RACES = 1000
MOST = 10_000  # races, when a way to go is rare on a machine like this
WAYS = 4
PAIRS = 4  # races that run at the same time
HEAT = 50  # races of a pair


def work(task: Task) -> str:
    """A worker whose operation has one checkpoint and then completes."""
    time.sleep(random.uniform(0, 0.004))
    claimed = lifecycle.claim(str(task.pk), worker="w")
    if claimed is None:
        return "nothing to claim"
    try:
        if lifecycle.renew(claimed).cancel_requested_at is not None:
            return lifecycle.obey(claimed).status
        return lifecycle.complete(claimed, result={}).status
    except LeaseLostError:
        return "lost"


def call_off(task: Task) -> str:
    time.sleep(random.uniform(0, 0.008))
    try:
        return lifecycle.cancel(task, origin=ORIGIN).status
    except IllegalTransitionError as refusal:
        return f"refused: {refusal.status}"


def race(tasks: list[Task]) -> list[tuple[Task, str, str]]:
    """Run the races of `tasks`, two threads for each."""
    with ThreadPoolExecutor(2) as threads:
        found = []
        for task in tasks:
            worker, person = threads.submit(work, task), threads.submit(call_off, task)
            found.append((task, worker.result(), person.result()))
        both = Barrier(2)
        for closed in [threads.submit(close, both) for _ in range(2)]:
            closed.result()
    return found


def close(both: Barrier) -> None:
    """Close the connection of a thread; waits, so that the other closes its own."""
    connection.close()
    both.wait(10)


@pytest.mark.django_db(transaction=True)
def test_every_race_of_cancel_and_complete_has_one_winner(
    make_task: Make, alice: User
) -> None:
    outcomes: Counter[str] = Counter()
    while outcomes.total() < RACES or len(outcomes) < WAYS:
        assert outcomes.total() < MOST, outcomes
        heats = [[make_task() for _ in range(HEAT)] for _ in range(PAIRS)]
        with ThreadPoolExecutor(PAIRS) as threads:
            results = [result for heat in threads.map(race, heats) for result in heat]
        outcomes.update(ways(results))


def ways(results: list[tuple[Task, str, str]]) -> list[str]:
    """Return how each race went; fails when one had no winner, or two."""
    found = []
    for task, worker, person in results:
        row = fresh(task)
        last = TaskEvent.objects.filter(task=task, kind="status").last()
        assert last is not None
        assert (last.to_status, last.version) == (row.status, row.version)
        assert task.events.filter(to_status__in=FINAL).count() == 1
        assert row.status in {"completed", "cancelled"}
        if row.status == "completed":
            assert worker == "completed"
            assert person in {"refused: completed", "processing"}
        else:
            assert worker in {"nothing to claim", "cancelled"}
            assert person in {"cancelled", "processing"}
        found.append(f"{row.status}, {person}")
    return found
