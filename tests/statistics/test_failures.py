"""Which tasks failed alike is exact after retries, deletions and other failures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import FailedTask, FailureGroup
from tasks_app.operations.statistics import catch_up, rollup
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, crash, fresh, let_leases_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make_failed(make_claimed):
    """Return a function that makes a task that failed with a message."""

    def make(message="Row 1: “a” is bad.", *, code="bad_row", **fields):
        return lifecycle.fail(make_claimed(**fields), code=code, message=message)

    return make


def groups(**asked):
    catch_up(seconds=30)
    since = timezone.now() - timedelta(hours=1)
    found = FailedTask.objects.grouped(since=since, **asked)
    return {(alike.code, alike.text): alike.count for alike in found}


BAD = ("bad_row", "Row #: “…” is bad.")


def test_failures_are_grouped_by_operation_code_and_text(make_failed):
    for row in range(3):
        make_failed(f"Row {row}: “x{row}” is bad.")
    make_failed(code="other")
    make_failed(operation="workshop.slow")
    make_failed("The till is closed.")

    assert groups(operation="workshop.echo") == {
        BAD: 3,
        ("other", BAD[1]): 1,
        ("bad_row", "The till is closed."): 1,
    }
    assert FailureGroup.objects.count() == 4


def test_a_group_knows_when_it_was_seen_and_its_newest_task(make_failed):
    first, last = make_failed(), make_failed()
    catch_up()
    (group,) = FailedTask.objects.grouped(since=first.finished_at)

    assert group.first_seen_at == first.events.last().at
    assert group.last_seen_at == last.events.last().at
    assert group.newest == last.pk


def test_a_retried_task_leaves_its_group_and_may_join_another(make_failed):
    tasks = [make_failed() for _ in range(2)]
    assert groups() == {BAD: 2}
    lifecycle.retry(tasks[0], attempts=1, origin=ORIGIN)
    assert groups() == {BAD: 1}

    lifecycle.fail(claim(tasks[0]), code="bad_row", message="The till is closed.")

    assert groups() == {BAD: 1, ("bad_row", "The till is closed."): 1}


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_however_much_happened_meanwhile_the_last_counts(
    make_failed, monkeypatch, chunk
):
    monkeypatch.setattr(rollup, "CHUNK", chunk)
    again, still = make_failed(), make_failed()
    lifecycle.retry(again, attempts=1, origin=ORIGIN)
    lifecycle.fail(claim(again), code="x", message="Once more.")
    lifecycle.retry(still, attempts=1, origin=ORIGIN)

    assert groups() == {("x", "Once more."): 1}
    assert FailedTask.objects.get().version == fresh(again).version


def test_a_deleted_task_leaves_its_group_at_once(make_failed):
    first, _ = make_failed(), make_failed()
    assert groups() == {BAD: 2}

    lifecycle.delete(first)

    assert FailedTask.objects.count() == 1
    assert groups() == {BAD: 1}


def test_a_task_that_was_deleted_before_it_was_counted_is_in_no_group(make_failed):
    lifecycle.delete(make_failed())

    assert groups() == {}


def test_crashes_are_a_group_too(make_task, settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_CRASHES": 1}
    let_leases_end(settings)
    task = make_task()
    claim(task)
    crash(task)

    ((code, text),) = groups()
    assert code == "worker_lost" == fresh(task).error_code
    assert text.startswith("Its worker stopped answering # times")


def test_a_group_that_nobody_is_in_is_forgotten_in_time(make_failed, make_claimed):
    lifecycle.delete(gone := make_failed("Gone."))
    old, kept = make_failed("Old."), make_failed("Kept.")
    catch_up()
    long_ago = timezone.now() - timedelta(days=36)
    FailureGroup.objects.update(last_seen_at=long_ago)
    lifecycle.delete(old)
    lifecycle.complete(make_claimed("workshop.slow"), result={})  # begins an hour
    catch_up()

    texts = set(FailureGroup.objects.values_list("text", flat=True))
    assert texts == {kept.error_message}
    assert gone.error_message not in texts


def test_the_tasks_of_a_group_are_a_filter(make_failed, staff):
    one, two, other = make_failed(), make_failed(), make_failed("Other.")
    catch_up()
    group = FailedTask.objects.get(task=one).group_id
    lifecycle.retry(two, attempts=1, origin=ORIGIN)
    lifecycle.fail(claim(two), code="x", message="Not counted yet.")

    found = type(one).objects.visible_to(staff).narrowed(error_group=group)

    assert set(found) == {one}
    assert other not in found
