"""What the triggers count is what there is, whatever happens to the tasks."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tasks_app import lifecycle
from tasks_app.errors import TaskError
from tasks_app.models import Task, TaskCount
from tasks_app.models import counts as counting
from tasks_app.models.counts import counts, summary
from tests.conftest import ORIGIN

from .rows import Make

THREADS, MOVES = 3, 60


def grouped(**owned: Any) -> dict[tuple[str, str], int]:
    rows = Task.objects.filter(**owned).values_list("operation", "status")
    return dict(Counter(rows))


def told(user: Any) -> dict[tuple[str, str], int]:
    return {(operation, status): number for operation, status, number in summary(user)}


def walk(chance: random.Random, make: Make, owners: list[User | None]) -> None:
    """Do something to a task, as far as that is legal."""
    row = Task.objects.order_by("?").first()
    deed = chance.choice(("make", "claim", "end", "steer", "delete", "give back"))
    with suppress(TaskError):
        if row is None or deed == "make":
            make(
                f"workshop.{chance.choice(('echo', 'slow'))}",
                owner=chance.choice(owners),
            )
        elif deed == "claim":
            lifecycle.claim(str(row.pk), worker="w")
        elif deed == "end":
            chance.choice(
                (
                    lambda: lifecycle.complete(row, result={}),
                    lambda: lifecycle.fail(row, code="x", message="x"),
                )
            )()
        elif deed == "give back":
            lifecycle.release(row, delay=0, code="x", message="x")
        elif deed == "delete":
            lifecycle.delete(row)
        else:
            verbs = (lifecycle.cancel, lifecycle.pause, lifecycle.resume)
            chance.choice(verbs)(row, origin=ORIGIN)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_are_those_of_the_rows_after_any_walk(
    make_task: Make, alice: User, bob: User, superuser: User, seed: int
) -> None:
    chance = random.Random(seed)
    for step in range(250):
        walk(chance, make_task, [alice, bob, None])
        if step % 50 == 49:
            assert told(superuser) == grouped()
            assert told(alice) == grouped(owner=alice)
            lifecycle.fold_counts()
            assert not TaskCount.objects.filter(scope="change").exists()
            assert told(superuser) == grouped()
            assert told(bob) == grouped(owner=bob)
    assert grouped()


def test_folding_leaves_a_row_for_each_sum_and_none_for_nothing(
    make_task: Make, alice: User
) -> None:
    tasks = [make_task() for _ in range(3)]
    lifecycle.fold_counts()
    lifecycle.cancel(tasks[0], origin=ORIGIN)
    lifecycle.fold_counts()

    rows = TaskCount.objects.values_list("scope", "owner_id", "status", "number")
    assert sorted(rows, key=str) == [
        ("all", None, "cancelled", 1),
        ("all", None, "pending", 2),
        ("owner", alice.pk, "cancelled", 1),
        ("owner", alice.pk, "pending", 2),
    ]
    for task in tasks[1:]:
        lifecycle.cancel(task, origin=ORIGIN)
    lifecycle.fold_counts()
    assert not TaskCount.objects.filter(status="pending").exists()


def test_nothing_is_folded_while_nothing_has_changed(make_task: Make) -> None:
    make_task()
    lifecycle.fold_counts()

    with CaptureQueriesContext(connection) as queries:
        lifecycle.fold_counts()

    assert len(queries) == 1


def test_each_sees_the_numbers_of_what_they_see(
    make_task: Make, alice: User, bob: User, staff: User, anonymous: AnonymousUser
) -> None:
    make_task()
    make_task(owner=bob)
    make_task(owner=None)

    for _ in range(2):
        assert counts(staff).by_status == {"pending": 3}
        assert counts(alice).by_status == {"pending": 1}
        assert counts(staff, owner="bob").by_status == {"pending": 1}
        assert counts(bob, owner="me").by_status == {"pending": 1}
        assert counts(alice, owner="bob").by_status == {}
        assert counts(staff, owner="nobody").by_status == {}
        assert counts(anonymous).by_status == {}
        lifecycle.fold_counts()
    bob.is_active = False
    assert counts(bob, owner="bob").by_status == {}


def test_a_filter_by_operation_is_exact_too(make_task: Make, staff: User) -> None:
    lifecycle.cancel(make_task("workshop.slow"), origin=ORIGIN)
    make_task()

    found = counts(staff, operation=["workshop.slow"], search="", queue="")

    assert (found.by_status, found.is_exact) == ({"cancelled": 1}, True)


def test_other_filters_count_so_far_and_no_further(
    make_task: Make, staff: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_task(title=f"order {number}", priority=0)
    lifecycle.cancel(make_task(title="bill"), origin=ORIGIN)
    monkeypatch.setattr(counting, "MOST_READ", 4)

    assert counts(staff, search="bill").by_status == {"cancelled": 1}
    exact = counts(staff, search="order")
    assert (exact.by_status, exact.is_exact) == ({"pending": 4}, True)
    assert counts(staff, priority=0).is_exact
    assert counts(bob, search="order").by_status == {}

    make_task(title="order 5")
    more = counts(staff, search="order")
    assert (more.by_status, more.is_exact) == ({"pending": 5}, False)


def test_the_tasks_of_a_deleted_person_are_nobodys(
    make_task: Make, alice: User, superuser: User
) -> None:
    for _ in range(3):
        make_task()
    pk = alice.pk
    lifecycle.fold_counts()
    alice.delete()

    assert told(superuser) == {("workshop.echo", "pending"): 3}
    lifecycle.fold_counts()
    assert told(superuser) == {("workshop.echo", "pending"): 3}
    assert not TaskCount.objects.filter(owner_id=pk).exists()


def test_pruning_and_many_at_once_are_counted(
    make_claimed: Make, alice: User, settings: Any
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}
    row = {"operation": "workshop.echo", "title": "x", "owner": alice}
    lifecycle.create_many([row] * 500, origin=ORIGIN)
    for _ in range(3):
        lifecycle.complete(make_claimed(), result={})
    assert told(alice) == grouped(owner=alice)
    if connection.vendor == "postgresql":
        assert TaskCount.objects.count() < 20  # one row for all that come at once

    lifecycle.prune()

    assert told(alice) == {("workshop.echo", "pending"): 500}


def test_the_last_task_takes_all_that_is_left_with_it(
    make_task: Make, superuser: User
) -> None:
    lifecycle.delete(lifecycle.cancel(make_task(), origin=ORIGIN))

    assert told(superuser) == {}
    lifecycle.fold_counts()
    assert not TaskCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_counted(make_task: Make, superuser: User) -> None:
    make_task()
    with transaction.atomic():
        make_task()
        lifecycle.fold_counts()
        transaction.set_rollback(True)

    assert told(superuser) == {("workshop.echo", "pending"): 1}
    assert list(TaskCount.objects.values_list("scope", flat=True)) == ["change"]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_emptied_leaves_no_numbers(make_task: Make) -> None:
    make_task()
    lifecycle.fold_counts()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE tasks_app_task CASCADE")
        else:
            cursor.execute("DELETE FROM tasks_app_taskevent")
            cursor.execute("DELETE FROM tasks_app_task")

    assert not TaskCount.objects.exists()


@pytest.mark.servers_only
@pytest.mark.django_db(transaction=True)
def test_no_reader_misses_or_doubles_a_difference_while_it_is_folded(
    make_task: Make, superuser: User, alice: User
) -> None:
    """Tasks move but neither come nor go: every reader counts all of them."""
    tasks = [make_task() for _ in range(THREADS * 2)]
    over = threading.Event()

    def move(own: list[Task]) -> None:
        try:
            for _ in range(MOVES):
                for task in own:
                    lifecycle.pause(task, origin=ORIGIN)
                    lifecycle.resume(task, origin=ORIGIN)
        finally:
            connection.close()

    def until_over(work: Any) -> int:
        times = 0
        try:
            while not over.is_set() or not times:
                work()
                times += 1
        finally:
            connection.close()
        return times

    def read() -> None:
        assert sum(told(superuser).values()) == len(tasks)
        assert sum(told(alice).values()) == len(tasks)

    with ThreadPoolExecutor(THREADS + 4) as threads:
        others = [
            threads.submit(until_over, work)
            for work in (lifecycle.fold_counts, lifecycle.fold_counts, read, read)
        ]
        movers = [threads.submit(move, tasks[n::THREADS]) for n in range(THREADS)]
        try:
            for mover in movers:
                mover.result()
        finally:
            over.set()
        assert all(other.result() > 10 for other in others)

    assert told(superuser) == {("workshop.echo", "pending"): len(tasks)} == grouped()
    lifecycle.fold_counts()
    lifecycle.fold_counts()
    assert told(superuser) == grouped()
