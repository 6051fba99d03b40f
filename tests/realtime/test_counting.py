"""When the hub counts again, and what it reads again."""

from __future__ import annotations

import asyncio
import threading
from unittest.mock import Mock

from tasks_app.models.counts import Counts as Found
from tasks_app.realtime.hub import counts as counting
from tasks_app.realtime.hub.counts import Counts
from tasks_app.realtime.hub.sources import lasting
from tasks_app.realtime.hub.versions import Versions
from tasks_app.realtime.subscriptions import ByFilter


async def test_what_moves_during_a_count_is_counted_again(monkeypatch):
    loop, told, truths = asyncio.get_running_loop(), [], ["pending", "completed"]
    counts, moved = Counts(), threading.Event()

    def slow(viewer, asked):
        status = truths.pop(0)
        if truths:  # the task ends after it was counted as pending
            loop.call_soon_threadsafe(counts.moved, 1)
            loop.call_soon_threadsafe(moved.set)
            assert moved.wait(5)
        return Found({status: 1}, is_exact=True)

    monkeypatch.setattr(counting, "count", slow)
    monkeypatch.setattr(counting, "LEAST_SECONDS", 0.01)
    viewer = Mock(name="viewer")  # only its line is spoken to
    viewer.sight = 1
    viewer.line.say = lambda kind, **fields: told.append(fields["counts"])
    counts.add(viewer, "s1", ByFilter())
    work = lasting(counts.work)

    async with asyncio.timeout(5):
        while len(told) < 2:  # noqa: ASYNC110  told by the work above
            await asyncio.sleep(0.01)
    work.cancel()

    assert told == [{"pending": 1}, {"completed": 1}]


def task(version, status="completed", **more):
    return {"id": "t", "version": version, "status": status, **more}


def test_downloads_whose_message_was_lost_are_told_with_the_end():
    versions = Versions()
    versions.fresh(task(5, "processing"))

    assert versions.fresh(task(7))  # the sixth, which brought a file, is lost
    assert versions.unsure == {"t"}

    found = versions.fresh(task(7, artifacts=[{"name": "cleaned.parquet"}]))
    assert found is not None
    assert versions.fresh(found) is None


def test_an_end_without_downloads_is_told_once():
    versions = Versions()

    assert versions.fresh(task(7))

    assert versions.fresh(task(7, artifacts=[])) is None
