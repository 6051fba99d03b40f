"""News may be older than what a watcher has read, or come after the end of a task."""

from __future__ import annotations

from tasks_app.realtime.delivery.news import News
from tasks_app.realtime.hub.audience import Group
from tasks_app.realtime.hub.versions import Versions
from tasks_app.realtime.subscriptions import ByFilter

TASK = {
    "id": "t",
    "owner_id": 1,
    "cancel_requested": False,
    "pause_requested": False,
}
PENDING = ByFilter(status=frozenset({"pending"}))


def news(version, status, *, before=None):
    """News of a task whose status was `before` when it was last told of."""
    known = {"id": "t", "status": before} if before else None
    return News({**TASK, "version": version, "status": status}, known)


def test_old_news_of_leaving_does_not_hide_the_later_one():
    group = Group(PENDING)
    group.remember({"t": 6})  # read by a watcher who came back

    assert group.left(news(3, "failed", before="pending")) is True
    assert group.left(news(7, "failed", before="failed")) is True
    assert group.left(news(8, "failed", before="failed")) is None  # nobody shows it


def test_what_was_told_of_long_ago_may_still_be_shown():
    group = Group(PENDING)

    assert group.left(news(4, "failed")) is True


def test_what_is_new_and_does_not_match_is_nobodys_news():
    group = Group(PENDING)

    assert group.left(news(1, "paused")) is None


def test_news_of_a_task_that_is_gone_is_no_news():
    versions = Versions()

    assert versions.gone("t")

    assert versions.fresh(news(5, "failed").task) is None
