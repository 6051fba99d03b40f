"""What people ask of a task, and what they are told when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.errors import (
    IllegalTransitionError,
    TaskBusyError,
    TaskGoneError,
    VersionMismatchError,
)
from tasks_app.lifecycle import steering
from tasks_app.models import Task, TaskEvent
from tasks_app.statuses import ACTIONS, Status
from tests.conftest import ORIGIN

from .rows import Make, claim, everything, fresh, moves


def retry(task: Task, **facts: Any) -> Task:
    return lifecycle.retry(task, attempts=3, **facts)


def delete(task: Task, *, origin: Any, **facts: Any) -> None:
    lifecycle.delete(task, **facts)


VERBS: dict[str, Callable[..., Any]] = {
    "cancel": lifecycle.cancel,
    "pause": lifecycle.pause,
    "resume": lifecycle.resume,
    "retry": retry,
    "delete": delete,
    "keep": lifecycle.keep,
}


@pytest.fixture
def make_in(make_task: Make, make_claimed: Make) -> Callable[[str], Task]:
    """Return a function that makes a task with the status."""

    def make(status: str) -> Task:
        if status == Status.PENDING:
            return make_task()
        task = make_claimed()
        match status:
            case Status.PAUSED:
                lifecycle.obey(lifecycle.pause(task, origin=ORIGIN))
            case Status.COMPLETED_WITH_ERRORS:
                task = lifecycle.note_error(task, message="x", row=1)
                lifecycle.complete(task, result={})
            case Status.COMPLETED:
                lifecycle.complete(task, result={})
            case Status.FAILED:
                lifecycle.fail(task, code="x", message="x")
            case Status.CANCELLED:
                lifecycle.obey(lifecycle.cancel(task, origin=ORIGIN))
        return fresh(task)

    return make


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_in_the_statuses_it_is_offered_in_and_in_no_other(
    make_in: Callable[[str], Task], status: str, verb: str
) -> None:
    task = make_in(status)
    assert task.status == status
    before = everything(task)
    if status in ACTIONS[verb]:
        assert verb in task.legal_actions
        VERBS[verb](task, origin=ORIGIN)
        return

    with pytest.raises(IllegalTransitionError) as refusal:
        VERBS[verb](task, origin=ORIGIN)

    assert refusal.value.status == status
    assert refusal.value.actions == task.legal_actions
    assert verb not in refusal.value.actions
    assert everything(task) == before


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_saw_an_older_version_is_told_the_new_one(
    make_in: Callable[[str], Task], verb: str
) -> None:
    task = make_in(min(ACTIONS[verb]))
    before = everything(task)

    with pytest.raises(VersionMismatchError) as refusal:
        VERBS[verb](task, origin=ORIGIN, expected_version=task.version - 1)

    assert refusal.value.version == task.version
    assert f"you saw version {task.version - 1}" in str(refusal.value)
    assert everything(task) == before
    VERBS[verb](task, origin=ORIGIN, expected_version=task.version)
    assert everything_changed(task, before)


@pytest.mark.parametrize("verb", VERBS)
def test_a_deleted_task_is_gone(make_in: Callable[[str], Task], verb: str) -> None:
    task = make_in("completed")
    lifecycle.delete(task)

    with pytest.raises(TaskGoneError):
        VERBS[verb](task, origin=ORIGIN)


def test_what_watchers_cannot_see_does_not_spoil_an_expected_version(
    make_claimed: Make,
) -> None:
    task = make_claimed()
    lifecycle.renew(task)
    lifecycle.save_position(task, position=3)
    lifecycle.mark_published([(str(task.pk), task.version)])

    asked = lifecycle.cancel(task, origin=ORIGIN, expected_version=task.version)

    assert asked.version == task.version + 1


def test_running_work_is_asked_and_goes_on_until_it_obeys(make_claimed: Make) -> None:
    task = lifecycle.cancel(make_claimed(), origin=ORIGIN)

    note = task.events.last()
    assert note is not None
    assert (task.status, task.legal_actions) == ("processing", [])
    assert (note.kind, note.message) == ("note", "alice asked to cancel.")
    assert (note.actor, note.source, note.request_id) == ("alice", "api", "request-1")
    with pytest.raises(IllegalTransitionError):
        lifecycle.cancel(task, origin=ORIGIN)


def test_a_pause_that_waits_can_be_taken_back_or_become_a_cancel(
    make_claimed: Make,
) -> None:
    task = lifecycle.pause(make_claimed(), origin=ORIGIN)
    assert task.legal_actions == ["cancel", "resume"]

    task = lifecycle.resume(task, origin=ORIGIN)
    assert (task.status, task.pause_requested_at) == ("processing", None)
    task = lifecycle.pause(task, origin=ORIGIN)
    task = lifecycle.cancel(task, origin=ORIGIN)
    assert lifecycle.obey(task).status == "cancelled"


def test_a_resumed_task_waits_to_be_published(make_claimed: Make) -> None:
    task = make_claimed()
    lifecycle.mark_published([(str(task.pk), task.version)])
    task = lifecycle.obey(lifecycle.pause(task, origin=ORIGIN))

    resumed = lifecycle.resume(task, origin=ORIGIN)

    assert (resumed.status, resumed.published_at) == ("pending", None)
    assert moves(resumed) == ["pending", "processing", "paused", "pending"]


def test_a_retry_starts_from_the_beginning_with_all_its_attempts(
    make_claimed: Make,
) -> None:
    task = lifecycle.save_position(make_claimed(), position=7)
    task = lifecycle.note_error(task, message="x", row=1)
    task = lifecycle.fail(task, code="x", message="x", detail="x", progress=(7, 9, "7"))

    row = fresh(lifecycle.retry(task, attempts=3, origin=ORIGIN))

    assert (row.status, row.attempt, row.max_attempts) == ("pending", 1, 4)
    assert (row.position, row.error_count, row.crash_count) == (None, 0, 0)
    assert (row.error_code, row.error_message, row.error_detail) == ("", "", "")
    assert (row.progress_current, row.progress_total, row.step) == (0, None, "")
    assert (row.finished_at, row.expires_at, row.published_at) == (None, None, None)
    assert claim(row).attempt == 2


def test_a_steering_verb_and_its_event_come_together(make_task: Make) -> None:
    task = lifecycle.cancel(make_task(), origin=ORIGIN)

    event = TaskEvent.objects.get(task=task, version=task.version)
    assert (event.from_status, event.to_status) == ("pending", "cancelled")
    assert (event.message, event.data) == ("Cancelled by alice.", {"action": "cancel"})


def test_who_is_overtaken_looks_again(
    make_claimed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker completes after the look at the row and before the write."""
    task = make_claimed()
    check = steering._check

    def overtaken(verb: str, row: Task, expected: int | None) -> None:
        check(verb, row, expected)
        lifecycle.complete(task, result={})

    monkeypatch.setattr(steering, "_check", overtaken)

    with pytest.raises(IllegalTransitionError) as refusal:
        lifecycle.cancel(task, origin=ORIGIN)

    assert refusal.value.status == "completed"
    assert moves(task) == ["pending", "processing", "completed"]
    assert fresh(task).cancel_requested_at is None


def test_who_is_overtaken_for_ever_is_told_to_try_again(
    make_claimed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_claimed()
    monkeypatch.setattr(steering, "_check", lambda *_: write_progress(task))

    with pytest.raises(TaskBusyError):
        lifecycle.cancel(task, origin=ORIGIN)


def write_progress(task: Task) -> None:
    lifecycle.progress(task, current=1, total=2, message="half")


def everything_changed(task: Task, before: tuple[Any, ...]) -> bool:
    return not Task.objects.filter(pk=task.pk).exists() or everything(task) != before
