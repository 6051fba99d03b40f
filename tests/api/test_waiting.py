"""Why a task waits, as `GET tasks/{id}/` tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import waiting
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker():
    """A worker that reads the queues of these tests."""
    lifecycle.note_worker(name="w@h:1", queues=["default", "other"], slots=1)


@pytest.fixture
def told(api):
    """Return a function that reads why a task waits."""
    return lambda task: api.get(f"/api/v1/tasks/{task.pk}/").json().get("waiting")


@pytest.fixture
def make_sent(make_task):
    """Return a function that makes a task of which the broker was told."""

    def made(**fields):
        task = make_task(**fields)
        lifecycle.mark_published([(str(task.pk), task.version)])
        return fresh(task)

    return made


def test_a_delayed_task_waits_for_its_moment(told, make_task):
    until = timezone.now() + timedelta(hours=1)

    waits = told(make_task(not_before=until))

    assert waits["reason"] == "delayed"
    assert waits["until"].startswith(until.strftime("%Y-%m-%dT%H:%M:%S"))


def test_after_a_failure_it_waits_for_its_next_attempt(told, make_claimed):
    task = make_claimed()
    lifecycle.release(task, delay=60, code="x", message="The line is busy.")

    assert told(task)["reason"] == "next_attempt"


def test_a_paused_task_names_who_paused_it(told, make_task, make_claimed):
    waiting_one, running = make_task(), make_claimed()
    for task in (waiting_one, running):
        lifecycle.pause(task, origin=ORIGIN)
    lifecycle.obey(fresh(running))  # the worker stops it, and is not who asked

    for task in (waiting_one, running):
        assert (told(task)["reason"], told(task)["by"]) == ("paused", "alice")


def test_an_external_task_waits_for_a_reporter(told, make_task):
    assert told(make_task("workshop.outside"))["reason"] == "reporter"


def test_a_task_the_broker_was_not_told_of_says_so(told, make_task):
    assert told(make_task())["reason"] == "unsent"


def test_a_task_whose_queue_nobody_reads_says_so(told, make_sent):
    assert told(make_sent(queue="lonely"))["reason"] == "no_worker"

    lifecycle.drop_worker(name="w@h:1")

    assert told(make_sent())["reason"] == "no_worker"


def test_the_place_in_the_queue_counts_what_is_due_there_before_it(
    told, make_sent, make_task
):
    make_sent(priority=9)
    make_sent()
    make_sent(queue="other", priority=9)
    make_sent(not_before=timezone.now() + timedelta(hours=1))
    make_task("workshop.outside", queue="default")
    mine = make_sent()
    make_sent()
    make_sent(priority=1)

    waits = told(mine)

    assert (waits["reason"], waits["ahead"], waits["ahead_is_exact"]) == (
        "queued",
        2,
        True,
    )
    assert waits["starts_in"] is None


def test_a_long_queue_is_counted_to_a_bound(told, make_sent, monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 2)
    monkeypatch.setattr(waiting, "LOOKED_AT", 3)
    tasks = [make_sent() for _ in range(6)]

    exact, most, beyond = (told(tasks[n]) for n in (1, 2, 5))

    assert (exact["ahead"], exact["ahead_is_exact"]) == (1, True)
    assert (most["ahead"], most["ahead_is_exact"]) == (2, True)
    assert (beyond["ahead"], beyond["ahead_is_exact"]) == (2, False)


def test_the_start_is_guessed_from_what_started_lately_in_its_queue(told, make_sent):
    for _ in range(3):
        claim(make_sent())
    claim(make_sent(queue="other"))
    make_sent()

    # Three in five minutes: two more take two thirds of that.
    assert told(make_sent())["starts_in"] == 200


def test_what_runs_or_has_ended_does_not_wait(told, make_claimed):
    task = make_claimed()
    assert told(task) is None

    lifecycle.complete(task, result=None)
    assert told(task) is None


def test_a_client_that_knows_the_task_costs_no_look_at_the_queue(
    api, make_sent, django_assert_max_num_queries
):
    url = f"/api/v1/tasks/{make_sent().pk}/"
    tag = api.get(url)["ETag"]

    with django_assert_max_num_queries(5):
        assert api.get(url, headers={"If-None-Match": tag}).status_code == 304
