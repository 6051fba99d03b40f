"""An attempt begins once, and only when it may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .rows import Make, claim, everything, fresh


def test_a_claim_gives_attempt_lease_and_start(make_task: Make) -> None:
    claimed = claim(make_task(), worker="host:1")

    row = fresh(claimed)
    assert (row.status, row.attempt, row.worker) == ("processing", 1, "host:1")
    assert row.lease_token == claimed.lease_token is not None
    assert row.lease_expires_at is not None
    assert row.started_at is not None
    assert row.lease_expires_at - row.started_at == timedelta(seconds=6)


def test_a_second_claim_gets_nothing_and_changes_nothing(make_claimed: Make) -> None:
    task = make_claimed()
    before = everything(task)

    assert lifecycle.claim(str(task.pk), worker="worker-2") is None
    assert everything(task) == before


@pytest.mark.parametrize("verb", [lifecycle.cancel, lifecycle.pause])
def test_what_was_cancelled_or_paused_is_not_to_be_had(
    make_task: Make, verb: Make
) -> None:
    task = verb(make_task(), origin=ORIGIN)
    before = everything(task)

    assert lifecycle.claim(str(task.pk), worker="worker-1") is None
    assert everything(task) == before


def test_what_is_not_due_is_not_to_be_had(make_task: Make) -> None:
    later = make_task(not_before=timezone.now() + timedelta(minutes=1))
    due = make_task(not_before=timezone.now() - timedelta(seconds=1))

    assert lifecycle.claim(str(later.pk), worker="worker-1") is None
    assert lifecycle.claim(str(due.pk), worker="worker-1") is not None


def test_what_does_not_exist_is_not_to_be_had(db: None) -> None:
    nobody = "0199a000-0000-7000-8000-000000000000"
    assert lifecycle.claim(nobody, worker="worker-1") is None


@pytest.mark.django_db(transaction=True)
def test_ten_claims_at_once_give_one_attempt(make_task: Make) -> None:
    task = make_task()

    def take(number: int) -> Task | None:
        try:
            return lifecycle.claim(str(task.pk), worker=f"worker-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        claims = list(threads.map(take, range(10)))

    assert sum(claimed is not None for claimed in claims) == 1
    assert fresh(task).attempt == 1
    assert task.events.filter(to_status="processing").count() == 1


def test_a_later_attempt_keeps_the_first_start(make_claimed: Make) -> None:
    first = make_claimed()
    lifecycle.release(first, delay=0, code="busy", message="Busy.")

    second = claim(first)

    assert second.attempt == 2
    assert second.started_at == first.started_at
    assert second.lease_token != first.lease_token
