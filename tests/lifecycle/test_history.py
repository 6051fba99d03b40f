"""The history is append-only, and the database says so too."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tasks_app import lifecycle
from tasks_app.models import TaskEvent
from tests.conftest import ORIGIN

from .rows import Make, fresh


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_no_row_of_the_history_can_be_changed(make_claimed: Make) -> None:
    make_claimed()

    with pytest.raises(DatabaseError, match="append-only: UPDATE refused"):
        run("UPDATE tasks_app_taskevent SET message = 'never happened'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TaskEvent.objects.update(to_status="completed")

    assert not TaskEvent.objects.filter(message="never happened").exists()


@pytest.mark.servers_only
def test_no_row_of_the_history_can_be_deleted(make_claimed: Make) -> None:
    make_claimed()

    with pytest.raises(DatabaseError, match="append-only: DELETE refused"):
        run("DELETE FROM tasks_app_taskevent")

    assert TaskEvent.objects.count() == 2


@pytest.mark.servers_only
@pytest.mark.django_db(transaction=True)
def test_the_leave_to_prune_ends_with_its_transaction(make_claimed: Make) -> None:
    lifecycle.delete(lifecycle.complete(make_claimed(), result={}))
    make_claimed()

    with pytest.raises(DatabaseError, match="DELETE refused"):
        run("DELETE FROM tasks_app_taskevent")


def test_two_events_of_one_version_are_refused(make_claimed: Make) -> None:
    task = make_claimed()

    with pytest.raises(IntegrityError), transaction.atomic():
        TaskEvent.objects.create(task=task, version=task.version, kind="note")


def test_a_change_whose_event_fails_does_not_happen(
    make_claimed: Make, monkeypatch: Any
) -> None:
    task = make_claimed()
    # The event of this version exists already, as no code of ours would make it.
    TaskEvent.objects.create(task=task, version=task.version + 1, kind="note")

    with pytest.raises(IntegrityError), transaction.atomic():
        lifecycle.complete(task, result={})

    task.refresh_from_db()
    assert (task.status, task.version) == ("processing", 2)


def test_the_name_of_a_deleted_person_stays_in_the_history(make_task: Make) -> None:
    task = lifecycle.cancel(make_task(), origin=ORIGIN)
    assert task.owner is not None
    task.owner.delete()

    assert fresh(task).owner is None
    assert [event.actor for event in task.events.all()] == ["alice", "alice"]
