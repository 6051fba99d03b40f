"""The sums are what the history says, however it was counted."""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tasks_app import lifecycle
from tasks_app.models import (
    Feed,
    Statistics,
    StatisticsPlace,
    Task,
    TaskEvent,
)
from tasks_app.models.feed import settled
from tasks_app.models.histogram import bucket_of
from tasks_app.models.statistics import KEPT, MINUTE, span_of
from tasks_app.operations.statistics import catch_up, rollup
from tasks_app.statuses import FINAL
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, claim, fresh

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = ("workshop.echo", "workshop.slow", "workshop.explode")
SUMS = ("started", *sorted(FINAL), "waited", "ran")


def move(task: Task, chance: random.Random) -> None:
    """Do something to the task that its status allows."""
    task = fresh(task)
    if task.status == "processing":
        verb = chance.choice(["complete", "fail", "release", "note", "step"])
        {
            "complete": lambda: lifecycle.complete(task, result={}),
            "fail": lambda: lifecycle.fail(task, code="x", message="Row 7 is bad."),
            "release": lambda: lifecycle.release(
                task, delay=0, code="busy", message="Busy."
            ),
            "note": lambda: lifecycle.note_error(task, message="Bad.", row=2),
            "step": lambda: lifecycle.step(task, key="a", message="A.", data={}),
        }[verb]()
    elif task.status == "pending" and chance.random() < 0.8:
        claim(task)
    elif task.status != "completed":
        verb = chance.choice([v for v in task.legal_actions if v != "delete"])
        more: dict[str, Any] = {"attempts": 3} if verb == "retry" else {}
        getattr(lifecycle, verb)(task, origin=ORIGIN, **more)


@pytest.fixture
def history(make_task: Make) -> Callable[..., list[Task]]:
    """Return a function that lets many things happen."""

    def happen(*, seed: int, moves: int = 120) -> list[Task]:
        chance = random.Random(seed)
        tasks = [make_task(chance.choice(OPERATIONS)) for _ in range(12)]
        for _ in range(moves):
            move(chance.choice(tasks), chance)
        return tasks

    return happen


def by_hand(grain: int) -> dict[Any, dict[str, Any]]:
    """Count the whole history at once, one task after another."""
    sums: dict[Any, dict[str, Any]] = defaultdict(
        lambda: {name: Counter() if name in ("waited", "ran") else 0 for name in SUMS}
    )
    for task in Task.objects.all():
        waits = runs = task.created_at
        for event in task.events.filter(kind="status").order_by("version"):
            row = sums[span_of(event.at, grain), task.operation]
            if event.to_status == "pending":
                waits = event.at + timedelta(seconds=event.data.get("delay", 0))
            if event.to_status == "processing":
                runs = event.at
                row["started"] += 1
                row["waited"][str(bucket_of((event.at - waits).total_seconds()))] += 1
            if event.to_status in FINAL:
                row[event.to_status] += 1
                by_itself = event.to_status != "cancelled"
                if event.from_status == "processing" and by_itself:
                    row["ran"][str(bucket_of((event.at - runs).total_seconds()))] += 1
    return {key: row for key, row in sums.items() if any(row.values())}


def stored(grain: int) -> dict[Any, dict[str, Any]]:
    rows = Statistics.objects.filter(grain=grain)
    return {
        (row["at"], row["operation"]): {name: row[name] for name in SUMS}
        for row in rows.values("at", "operation", *SUMS)
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_are_those_of_the_whole_history(history, monkeypatch, seed):
    monkeypatch.setattr(rollup, "CHUNK", random.Random(seed).randint(1, 40))
    for part in range(3):
        history(seed=10 * seed + part)
        catch_up(seconds=30)

    for grain in KEPT:
        assert stored(grain) == by_hand(grain)
    assert sum(row["started"] for row in stored(MINUTE).values()) > 20


def test_the_sums_outlive_their_tasks(history, settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}
    history(seed=1)
    catch_up(seconds=30)
    before = stored(MINUTE)

    assert lifecycle.prune() > 0
    catch_up(seconds=30)

    assert stored(MINUTE) == before


class Killed(BaseException):
    """What a process that dies raises nowhere."""


@pytest.mark.parametrize("place", ["save", "keep_failures"])
def test_a_keeper_killed_on_the_way_has_counted_nothing(history, monkeypatch, place):
    monkeypatch.setattr(rollup, "CHUNK", 50)
    history(seed=2)
    whole = getattr(rollup, place)
    calls = iter(range(100))

    def dies(given):
        whole(given)
        if next(calls) == 1:
            raise Killed

    monkeypatch.setattr(rollup, place, dies)
    with pytest.raises(Killed):
        catch_up(seconds=30)
    assert stored(MINUTE) != by_hand(MINUTE)
    catch_up(seconds=30)

    assert stored(MINUTE) == by_hand(MINUTE)


def test_two_keepers_count_each_event_once(history, monkeypatch):
    monkeypatch.setattr(rollup, "CHUNK", 7)
    history(seed=3)
    together = threading.Barrier(2)
    counted = []

    def keep():
        together.wait(10)
        try:
            counted.append(catch_up(seconds=30))
        finally:
            connection.close()

    threads = [threading.Thread(target=keep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counted) == TaskEvent.objects.count()
    assert stored(MINUTE) == by_hand(MINUTE)


@pytest.mark.servers_only
def test_what_commits_late_is_counted_late_and_not_lost(make_task, make_claimed):
    began, go_on = threading.Event(), threading.Event()

    def commit_late():
        with transaction.atomic():
            make_claimed("workshop.slow")
            began.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=commit_late)
    thread.start()
    assert began.wait(10)
    make_claimed()
    catch_up()
    early = stored(MINUTE)
    go_on.set()
    thread.join()
    catch_up()

    assert early == {}  # nothing after the open transaction is settled
    assert {operation for _, operation in stored(MINUTE)} == set(OPERATIONS[:2])
    assert stored(MINUTE) == by_hand(MINUTE)


def test_a_keeper_that_was_away_catches_up_by_and_by(history, monkeypatch):
    monkeypatch.setattr(rollup, "CHUNK", 10)
    history(seed=4)

    assert catch_up(seconds=0) == 0
    steps = 0
    while catch_up(seconds=0.001):
        steps += 1

    assert steps > 1
    assert stored(MINUTE) == by_hand(MINUTE)


def test_nothing_is_written_while_nothing_happens(history, django_assert_num_queries):
    history(seed=5)
    catch_up(seconds=30)

    with django_assert_num_queries(3) as queries:
        assert catch_up() == 0
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_another_epoch_of_the_same_rows_counts_nothing_twice(history):
    history(seed=6)
    catch_up(seconds=30)
    lifecycle.confirm_epoch(run="another keeper")
    history(seed=7)
    Feed.objects.update(identity="another database")
    lifecycle.confirm_epoch(run="yet another")
    catch_up(seconds=30)

    assert stored(MINUTE) == by_hand(MINUTE)
    assert StatisticsPlace.objects.get().epoch == settled().epoch


def test_what_a_restored_database_wrote_too_low_is_counted(history, monkeypatch):
    monkeypatch.setattr(rollup, "CHUNK", 5)
    history(seed=8)
    catch_up(seconds=30)
    # What was counted came from a cluster with higher positions than this one has yet.
    high = StatisticsPlace.objects.get().position + 1_000_000
    StatisticsPlace.objects.update(position=high, last=0)
    history(seed=9)
    assert catch_up(seconds=1) == 0
    Feed.objects.update(identity="another database", base=high, counter=high)
    lifecycle.confirm_epoch(run="keeper")
    history(seed=10)
    catch_up(seconds=30)

    assert stored(MINUTE) == by_hand(MINUTE)


def test_a_task_that_is_delayed_does_not_wait_for_a_worker(make_task):
    task = make_task()
    soon = task.events.get().at + timedelta(milliseconds=1)
    long_ago = task.created_at - timedelta(hours=1)
    Task.objects.filter(pk=task.pk).update(not_before=soon, created_at=long_ago)
    began = claim(task)
    catch_up()

    (row,) = stored(MINUTE).values()
    event = began.events.get(to_status="processing")
    assert row["waited"] == {str(bucket_of((event.at - soon).total_seconds())): 1}


def test_rows_of_long_ago_go(make_claimed):
    lifecycle.complete(make_claimed(), result={})
    catch_up()
    (minute,) = Statistics.objects.filter(grain=MINUTE)
    old = minute.at - timedelta(days=36)
    Statistics.objects.update(at=old)
    lifecycle.complete(make_claimed(), result={})
    catch_up()

    assert not Statistics.objects.filter(at=old).exists()
    assert Statistics.objects.count() == len(KEPT)
