"""Positions in the feed: nothing is skipped, however late it commits."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection, transaction

from tasks_app import lifecycle
from tasks_app.models import Feed, Task
from tasks_app.models.feed import Cursor, settled
from tasks_app.realtime.hub import catchup
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db(transaction=True)


def titles(changes):
    return {task["title"] for task in changes.tasks}


@pytest.mark.servers_only
def test_a_change_that_commits_late_is_not_skipped(make_task, alice):
    began, go_on = threading.Event(), threading.Event()

    def commit_late():
        with transaction.atomic():
            make_task(title="early position, late commit", owner=alice)
            began.set()
            go_on.wait(10)
        connection.close()

    start = settled()
    thread = threading.Thread(target=commit_late)
    thread.start()
    assert began.wait(10)
    make_task(title="late position, early commit")
    first = catchup.read(start, {})
    go_on.set()
    thread.join()
    second = catchup.read(first.cursor, {})

    positions = dict(Task.objects.values_list("title", "feed_position"))
    assert (
        positions["early position, late commit"]
        < positions["late position, early commit"]
    )
    assert titles(first) == {"late position, early commit"}
    assert "early position, late commit" in titles(second)


def test_what_was_told_before_is_not_read_again(make_task):
    start = settled()
    task = make_task()
    known = {str(task.pk): 1}

    assert titles(catchup.read(start, {})) == {"Echo"}
    assert titles(catchup.read(start, known)) == set()
    lifecycle.cancel(task, origin=ORIGIN)
    assert titles(catchup.read(start, known)) == {"Echo"}


def test_a_renewed_lease_is_no_news(make_claimed):
    task = make_claimed()
    start = settled()

    lifecycle.renew(task)

    assert catchup.read(start, {}).tasks == []


def test_removed_tasks_are_told(make_task):
    task = lifecycle.cancel(make_task(), origin=ORIGIN)
    start = settled()

    lifecycle.delete(task)

    (gone,) = catchup.read(start, {}).removed
    assert (gone["id"], gone["owner_id"]) == (str(task.pk), task.owner_id)


def test_positions_of_one_task_rise_with_its_versions(make_task):
    task = make_task()
    rows = [Task.objects.get(pk=task.pk)]
    rows += [lifecycle.cancel(task, origin=ORIGIN)]
    rows += [lifecycle.retry(task, attempts=1, origin=ORIGIN)]

    positions = [row.feed_position for row in rows]
    assert positions == sorted(set(positions))
    events = list(task.events.values_list("feed_position", flat=True))
    assert events == positions


def test_another_epoch_means_read_everything_again(make_task):
    start = settled()
    make_task()
    Feed.objects.update(epoch=uuid.uuid4())

    changes = catchup.read(start, {})

    assert changes.reset
    assert changes.cursor.epoch != start.epoch


def test_a_place_from_the_future_means_read_everything_again(make_task):
    now = settled()

    ahead = Cursor(now.epoch, now.position + 1_000_000)

    assert catchup.read(ahead, {}).reset


@pytest.mark.parametrize(
    "text", ["", "1", "x.1", f"{uuid.uuid4().hex}.-1", f"{uuid.uuid4().hex}.\uff11"]
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(ValueError, match=r"no cursor"):
        Cursor.parse(text)


def test_a_cursor_is_read_as_it_was_written():
    now = settled()

    assert Cursor.parse(str(now)) == now
