"""How an attempt ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.event import DETAIL
from tasks_app.operations.registry import Retry
from tests.conftest import ORIGIN

from .rows import Make, claim, fresh, moves


def test_a_failure_has_a_sentence_for_users_and_details_for_staff(
    make_claimed: Make,
) -> None:
    task = lifecycle.fail(
        make_claimed(),
        code="disk_full",
        message="No space in /srv/sightline/files with password=hunter2.",
        detail='File "/srv/app/x.py"\ntoken = "abcdef"\nValueError',
    )

    row = fresh(task)
    event = row.events.last()
    assert event is not None
    assert (row.status, row.error_code) == ("failed", "disk_full")
    assert row.error_message == "No space in [path] with password=[hidden]"
    assert event.message == row.error_message
    assert row.error_detail == 'File "/srv/app/x.py"\ntoken = [hidden]\nValueError'
    assert event.data.pop(DETAIL) == row.error_detail  # for staff, there too
    assert "srv" not in str([event.data, list(row.events.values("message"))])


def test_the_last_progress_lands_with_the_end(make_claimed: Make) -> None:
    done = lifecycle.complete(make_claimed(), result=1, progress=(9, 9, "All rows"))
    lost = lifecycle.fail(make_claimed(), code="x", message="x", progress=(4, 9, "Row"))

    assert (done.progress_current, done.progress_message) == (9, "All rows")
    assert (lost.progress_current, lost.percent) == (4, 44)


@pytest.mark.parametrize(
    ("errors", "words"), [(1, "1 error was noted"), (2, "2 errors were noted")]
)
def test_an_end_counts_the_errors_as_people_do(
    make_claimed: Make, errors: int, words: str
) -> None:
    task = make_claimed()
    for row in range(errors):
        task = lifecycle.note_error(task, message="Not a number.", row=row)

    event = lifecycle.complete(task, result={}).events.last()

    assert event is not None
    assert event.message == f"Finished; {words} on the way."


def test_a_success_clears_the_failure_of_an_attempt_before(make_claimed: Make) -> None:
    task = make_claimed()
    lifecycle.release(task, delay=0, code="busy", message="Busy.", detail="Traceback")

    ended = fresh(lifecycle.complete(claim(task), result={}))

    assert (ended.error_code, ended.error_message, ended.error_detail) == ("", "", "")


def test_a_release_waits_for_its_delay(make_claimed: Make) -> None:
    task = make_claimed()
    released = lifecycle.release(task, delay=60, code="busy", message="Busy.")

    assert released.not_before is not None
    wait = released.not_before - released.status_updated_at
    assert timedelta(seconds=59.9) < wait < timedelta(seconds=60.1)
    assert (released.status, released.published_at) == ("pending", None)
    assert lifecycle.claim(str(task.pk), worker="worker-1") is None


def test_a_cancel_that_comes_while_a_release_is_decided_wins(
    make_claimed: Make,
) -> None:
    task = make_claimed()
    lifecycle.cancel(task, origin=ORIGIN)

    ended = lifecycle.release(task, delay=300, code="busy", message="Busy.")

    assert ended.status == "cancelled"
    assert moves(ended) == ["pending", "processing", "cancelled"]


def test_a_pause_that_comes_while_a_release_is_decided_holds(
    make_claimed: Make,
) -> None:
    task = make_claimed()
    lifecycle.pause(task, origin=ORIGIN)

    ended = lifecycle.release(task, delay=300, code="busy", message="Busy.")

    assert (ended.status, ended.pause_requested_at) == ("paused", None)
    assert (ended.error_code, ended.max_attempts) == ("busy", task.max_attempts)


def test_a_cancel_that_comes_while_a_pause_is_obeyed_wins(make_claimed: Make) -> None:
    task = make_claimed()
    seen = lifecycle.pause(task, origin=ORIGIN)
    lifecycle.cancel(seen, origin=ORIGIN)

    assert lifecycle.obey(seen_by_worker(task, seen.pause_requested_at)).status == (
        "cancelled"
    )


def test_a_pause_that_is_taken_back_while_it_is_obeyed_lets_the_task_go_on(
    make_claimed: Make,
) -> None:
    task = make_claimed()
    seen = lifecycle.pause(task, origin=ORIGIN)
    lifecycle.resume(seen, origin=ORIGIN)

    ended = lifecycle.obey(seen_by_worker(task, seen.pause_requested_at))

    assert (ended.status, ended.max_attempts) == ("pending", task.max_attempts + 1)
    assert claim(task).attempt == 2


def test_a_pause_uses_up_no_attempt(make_claimed: Make) -> None:
    task = make_claimed()
    paused = lifecycle.obey(lifecycle.pause(task, origin=ORIGIN))

    assert (paused.status, paused.lease_token) == ("paused", None)
    assert paused.max_attempts - paused.attempt == task.max_attempts


def test_every_end_stamps_its_time_and_when_it_may_go(make_claimed: Make) -> None:
    ends = [
        lifecycle.complete(make_claimed(), result={}),
        lifecycle.fail(make_claimed(), code="x", message="x"),
        lifecycle.obey(lifecycle.cancel(make_claimed(), origin=ORIGIN)),
    ]

    for task in ends:
        assert task.finished_at == task.status_updated_at
        assert task.finished_at is not None
        assert task.expires_at == task.finished_at + timedelta(days=30)
        assert (task.lease_token, task.lease_expires_at) == (None, None)


@pytest.mark.parametrize(
    ("failures", "top"), [(1, 2), (2, 4), (3, 8), (5, 30), (1000, 30)]
)
def test_retries_back_off_exponentially_with_full_jitter_and_a_cap(
    failures: int, top: float
) -> None:
    policy = Retry(base_seconds=2, cap_seconds=30)
    delays = [policy.delay(failures) for _ in range(2000)]

    assert min(delays) >= 0
    assert max(delays) <= top
    # Full jitter: even over the whole span. 2,000 draws miss a tenth with p < 1e-91.
    assert min(delays) < top / 10
    assert max(delays) > top * 9 / 10
    assert abs(sum(delays) / len(delays) - top / 2) < top / 20


def seen_by_worker(task: Task, pause_requested_at: datetime | None) -> Task:
    """The row as the worker knew it when its checkpoint raised."""
    task.pause_requested_at = pause_requested_at
    return task
