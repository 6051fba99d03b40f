"""Rows that make no sense are refused by the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import Artifact, Task

from .rows import Make

NONSENSE: dict[str, dict[str, Any]] = {
    "final without an end": {"status": "completed", "lease_token": None},
    "processing without a lease": {"lease_token": None},
    "processing with an end": {"finished_at": timezone.now()},
    "waiting with a lease": {"status": "pending"},
    "progress below zero": {"progress_current": -1},
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_a_row_that_makes_no_sense_is_refused(make_claimed: Make, kind: str) -> None:
    task = make_claimed()

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**NONSENSE[kind])


def test_an_owner_uses_a_key_once(make_task: Make, bob: User) -> None:
    make_task(idempotency_key="key", idempotency_hash="a")
    make_task(idempotency_key="key", idempotency_hash="b", owner=bob)
    make_task()
    make_task()  # no key is no key twice

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(owner=bob).update(
            owner=Task.objects.exclude(owner=bob).first().owner  # type: ignore[union-attr]
        )


def test_a_task_has_one_artifact_of_a_name(make_claimed: Make) -> None:
    task = make_claimed()
    row = {"task": task, "name": "a", "size": 1, "content_type": "a/b"}
    Artifact.objects.create(**row, file="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        Artifact.objects.create(**row, file="y")


def test_a_negative_progress_is_written_as_zero(make_claimed: Make) -> None:
    task = lifecycle.progress(make_claimed(), current=-3, total=-1, message="")

    assert (task.progress_current, task.progress_total) == (0, 0)
