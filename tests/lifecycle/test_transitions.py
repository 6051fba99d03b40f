"""The happy path and the loser of a race."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError, LeaseLostError
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .rows import Make


def history(task: Task) -> list[tuple[str, str, str]]:
    return [
        (event.kind, event.from_status, event.to_status) for event in task.events.all()
    ]


def test_a_task_goes_from_pending_over_processing_to_completed(
    make_claimed: Make,
) -> None:
    task = make_claimed()
    task = lifecycle.step(task, key="extracting", message="Reading…", data={"rows": 3})
    task = lifecycle.progress(task, current=1, total=3, message="Row 1")
    task = lifecycle.complete(task, result={"rows": 3}, progress=(3, 3, "Row 3"))

    task.refresh_from_db()
    assert (task.status, task.result, task.percent) == ("completed", {"rows": 3}, 100)
    assert (task.attempt, task.lease_token, task.version) == (1, None, 5)
    assert task.finished_at is not None
    assert task.expires_at is not None
    assert task.expires_at > task.finished_at
    assert history(task) == [
        ("status", "", "pending"),
        ("status", "pending", "processing"),
        ("step", "", ""),
        ("status", "processing", "completed"),
    ]
    assert [event.version for event in task.events.all()] == [1, 2, 3, 5]


def test_the_loser_of_two_endings_changes_nothing(make_claimed: Make) -> None:
    task = make_claimed()
    lifecycle.complete(task, result={})

    with pytest.raises(LeaseLostError):
        lifecycle.fail(task, code="late", message="Too late.")

    task.refresh_from_db()
    assert (task.status, task.version, task.events.count()) == ("completed", 3, 3)


def test_cancelling_a_finished_task_names_its_status_and_what_is_possible(
    make_claimed: Make,
) -> None:
    task = lifecycle.complete(make_claimed(), result={})

    with pytest.raises(IllegalTransitionError) as refusal:
        lifecycle.cancel(task, origin=ORIGIN)

    assert str(refusal.value) == (
        "The task cannot be cancelled because it is completed."
        " Possible now: delete, keep."
    )
    assert (refusal.value.status, refusal.value.actions) == (
        "completed",
        ["delete", "keep"],
    )
