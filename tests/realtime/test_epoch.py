"""A database that is not the one positions were drawn in gets another epoch."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tasks_app.models import Feed, Task
from tasks_app.models.feed import settled
from tasks_app.realtime.hub import catchup

pytestmark = pytest.mark.django_db(transaction=True)


def restored_elsewhere():
    """What a restored dump looks like: rows and feed of another database."""
    Feed.objects.update(identity="another database")


def test_the_epoch_stays_while_the_database_does():
    lifecycle.confirm_epoch(run="keeper-1")
    before = settled()

    assert not lifecycle.confirm_epoch(run="keeper-1")
    assert settled().epoch == before.epoch


def test_a_restored_database_gets_another_epoch(make_task):
    lifecycle.confirm_epoch(run="keeper-1")
    before = settled()
    restored_elsewhere()

    assert lifecycle.confirm_epoch(run="keeper-1")
    assert settled().epoch != before.epoch
    assert catchup.read(before, {}).reset


def test_positions_go_on_above_those_of_the_backup(make_task):
    lifecycle.confirm_epoch(run="keeper-1")
    old = make_task()
    high = 10**12
    Task.objects.filter(pk=old.pk).update(feed_position=high)
    restored_elsewhere()

    lifecycle.confirm_epoch(run="keeper-1")
    start = settled()
    new = make_task()

    assert Task.objects.get(pk=new.pk).feed_position > high
    told = {task["id"] for task in catchup.read(start, {}).tasks}
    assert str(new.pk) in told
