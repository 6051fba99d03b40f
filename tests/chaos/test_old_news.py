"""News may be older than what a watcher has read, or come after the end of a task."""

from __future__ import annotations

from tasks_app.realtime.audience import Group
from tasks_app.realtime.subscriptions import ByFilter
from tasks_app.realtime.versions import Versions


def task(version, status):
    return {"id": "t", "version": version, "status": status}


def test_old_news_of_leaving_does_not_hide_the_later_one():
    group = Group(ByFilter(status=frozenset({"pending"})))
    group.remember({"t": 6})  # read by a watcher who came back

    assert group.left(task(3, "failed")) is True  # for those who have it as pending
    assert group.left(task(7, "failed")) is True
    assert group.left(task(8, "failed")) is None  # it left; nobody shows it


def test_news_of_a_task_that_is_gone_is_no_news():
    versions = Versions()

    assert versions.gone("t")

    assert versions.fresh(task(5, "failed")) is None
