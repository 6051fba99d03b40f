"""An attempt whose holder fell silent is taken away, once, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .rows import Make, claim, crash, everything, fresh, let_leases_end, moves


def test_a_lease_that_lasts_is_left_alone(make_claimed: Make) -> None:
    task = make_claimed()
    before = everything(task)

    assert lifecycle.expire(task) is None
    assert everything(task) == before
    assert not Task.objects.lease_expired().exists()


def test_a_crash_uses_up_no_attempt_and_is_counted(
    make_claimed: Make, settings: Any
) -> None:
    let_leases_end(settings)
    task = make_claimed()
    assert list(Task.objects.lease_expired()) == [task]

    moved = crash(task)

    assert (moved.status, moved.crash_count, moved.published_at) == ("pending", 1, None)
    assert moved.max_attempts == task.max_attempts + 1
    assert (moved.lease_token, moved.lease_expires_at) == (None, None)


def test_the_third_crash_fails_with_the_reason(
    make_claimed: Make, settings: Any
) -> None:
    let_leases_end(settings)
    task = make_claimed()
    for _ in range(2):
        crash(task)
        task = claim(task)

    ended = crash(task)

    assert (ended.status, ended.crash_count, ended.attempt) == ("failed", 3, 3)
    assert ended.error_code == "worker_lost"
    assert "stopped answering 3 times" in ended.error_message
    assert moves(ended)[-1] == "failed"
    assert "retry" in ended.legal_actions
    assert lifecycle.retry(ended, attempts=3, origin=ORIGIN).crash_count == 0


def test_a_completion_that_came_first_stays(make_claimed: Make, settings: Any) -> None:
    let_leases_end(settings)
    task = make_claimed()
    seen_by_keeper = fresh(task)
    lifecycle.complete(task, result={"rows": 3})
    before = everything(task)

    assert lifecycle.expire(seen_by_keeper) is None
    assert everything(task) == before


def test_a_renewal_that_came_first_stays(make_claimed: Make, settings: Any) -> None:
    lasting = settings.SIGHTLINE
    let_leases_end(settings)
    task = make_claimed()
    seen_by_keeper = fresh(task)
    settings.SIGHTLINE = lasting
    lifecycle.renew(task)

    assert lifecycle.expire(seen_by_keeper) is None
    assert fresh(task).status == "processing"


@pytest.mark.parametrize("field", ["attempt", "token"])
def test_another_attempt_is_never_taken_away(
    make_claimed: Make, settings: Any, field: str
) -> None:
    let_leases_end(settings)
    task = make_claimed()
    seen_by_keeper = fresh(task)
    if field == "attempt":
        lifecycle.release(task, delay=0, code="x", message="x")
        claim(task)
    else:
        seen_by_keeper.lease_token = make_claimed().lease_token

    assert lifecycle.expire(seen_by_keeper) is None
    assert fresh(task).status == "processing"


def test_two_keepers_take_it_away_once(make_claimed: Make, settings: Any) -> None:
    let_leases_end(settings)
    task = make_claimed()
    seen = [fresh(task), fresh(task)]

    moved = [lifecycle.expire(row) for row in seen]

    assert [row is not None for row in moved] == [True, False]
    assert fresh(task).crash_count == 1


@pytest.mark.parametrize(
    ("verb", "status"), [(lifecycle.cancel, "cancelled"), (lifecycle.pause, "paused")]
)
def test_what_was_asked_of_a_silent_worker_happens(
    make_claimed: Make, settings: Any, verb: Make, status: str
) -> None:
    let_leases_end(settings)
    task = make_claimed()
    before = fresh(task)
    verb(task, origin=ORIGIN)

    assert lifecycle.expire(before) is None  # it has not seen the request
    moved = crash(task)

    assert moved.status == status
    assert (moved.cancel_requested_at, moved.pause_requested_at) == (None, None)


def test_a_stubborn_operation_keeps_its_lease_for_the_grace_time(
    make_claimed: Make, settings: Any
) -> None:
    task = make_claimed()
    lifecycle.cancel(task, origin=ORIGIN)
    assert not Task.objects.cancel_overdue(grace_seconds=4).exists()
    assert lifecycle.expire(fresh(task)) is None

    settings.SIGHTLINE = {**settings.SIGHTLINE, "GRACE_SECONDS": 0}
    assert list(Task.objects.cancel_overdue(grace_seconds=0)) == [task]
    assert crash(task).status == "cancelled"
