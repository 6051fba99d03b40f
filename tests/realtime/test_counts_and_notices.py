"""Counts by status where they were asked for, and a word to the owner at the end."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from tasks_app import lifecycle
from tests.conftest import ORIGIN

from .conftest import write

pytestmark = pytest.mark.django_db(transaction=True)


async def counts_until(socket, wanted):
    while (counts := (await socket.receive("counts"))["counts"]) != wanted:
        pass
    return counts


async def test_counts_follow_what_may_be_seen(connect, alice, bob, make_task):
    task = await write(make_task)
    await write(make_task, owner=bob)
    async with connect(alice) as socket:
        await socket.subscribe(filter={"status": ["paused"]}, counts=True)
        assert await counts_until(socket, {"pending": 1})

        await write(lifecycle.cancel, task, origin=ORIGIN)
        assert await counts_until(socket, {"cancelled": 1})

        await write(lifecycle.delete, task)
        assert await counts_until(socket, {}) == {}


async def test_counts_come_at_most_once_a_second(connect, staff, alice, make_task):
    async with connect(staff) as socket:
        await socket.subscribe(filter={}, counts=True)
        seen = [(await socket.receive("counts"))["counts"]]
        began = time.monotonic()
        for _ in range(40):
            await write(make_task)

        while seen[-1] != {"pending": 40}:
            seen.append((await socket.receive("counts"))["counts"])
        seconds = time.monotonic() - began

    assert len(seen) <= seconds + 2, seen


def many(alice):
    """More tasks than are counted for a text."""
    row = {"operation": "workshop.echo", "title": "order", "owner": alice}
    with transaction.atomic():
        for _ in range(11):
            lifecycle.create_many([row] * 1000, origin=ORIGIN)


async def test_counts_of_a_text_that_finds_very_much_say_that_there_are_more(
    connect, staff, alice
):
    await write(many, alice)
    async with connect(staff) as socket:
        await socket.subscribe(filter={"search": "order"}, counts=True)
        told = await socket.receive("counts", seconds=20)
        assert (told["counts"], told["exact"]) == ({"pending": 10_001}, False)

    async with connect(staff) as socket:
        await socket.subscribe(filter={}, counts=True)
        told = await socket.receive("counts", seconds=20)  # a long count rests long
        assert told["counts"] == {"pending": 11_000}
        assert "exact" not in told


async def test_counts_of_ids_are_refused(connect, alice, make_task):
    task = await write(make_task)
    async with connect(alice) as socket:
        await socket.send(
            action="subscribe", id="s1", tasks=[str(task.pk)], counts=True
        )

        refused = await socket.anything()

    assert (refused["type"], refused["ref"]) == ("error", "s1")
    assert "filter" in refused["detail"]


async def test_the_owner_is_told_of_an_end_without_asking(
    connect, alice, staff, make_claimed
):
    task = await write(make_claimed, title="orders")
    async with connect(alice) as owner, connect(staff) as other:
        await other.subscribe(filter={})

        await write(lifecycle.fail, task, code="broken", message="The file is broken.")

        note = await owner.receive("notification")
        assert note["level"] == "error"
        assert note["text"] == "“orders” has failed. The file is broken."
        assert note["task"] == str(task.pk)
        await other.update_until(status="failed")
        await other.send(action="ping")
        assert (await other.anything())["type"] == "pong"


def cancel_all(tasks):
    """Cancel them in one transaction, so that their news go out together."""
    with transaction.atomic():
        for task in tasks:
            lifecycle.cancel(task, origin=ORIGIN)


async def test_many_ends_at_once_are_one_notification(connect, alice, make_task):
    tasks = [await write(make_task) for _ in range(12)]
    async with connect(alice) as socket:
        await write(cancel_all, tasks)

        told, texts = 0, []
        while told < len(tasks):
            note = await socket.receive("notification")
            texts.append(note["text"])
            told += int(note["text"].split()[0]) if note["task"] is None else 1

    assert told == len(tasks)
    assert len(texts) < len(tasks)
