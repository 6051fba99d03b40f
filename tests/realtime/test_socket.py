"""The socket at /ws/v1/tasks/, on real servers with a real Redis."""

from __future__ import annotations

import uuid

import pytest
import websockets

from tasks_app import lifecycle
from tests.conftest import ORIGIN

from .conftest import write


def code_of(closed):
    """Return the close code that the server sent."""
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_a_watcher_of_an_id_sees_it_change(connect, alice, make_task):
    task = await write(make_task)
    async with connect(alice) as socket:
        snapshot = await socket.subscribe(tasks=[str(task.pk)])
        assert [t["status"] for t in snapshot["tasks"]] == ["pending"]
        assert snapshot["missing"] == []

        await write(lifecycle.claim, str(task.pk), worker="worker-1")

        patch = await socket.update_until(status="processing")
        assert (patch["id"], patch["version"]) == (str(task.pk), 2)
        assert patch["actions"] == ["cancel", "pause"]
        assert patch["left"] is False


async def test_a_watcher_of_a_filter_sees_what_comes_and_what_leaves(
    connect, alice, make_task
):
    waiting = await write(make_task, title="first")
    async with connect(alice) as socket:
        snapshot = await socket.subscribe(filter={"status": ["pending"]})
        assert [t["title"] for t in snapshot["tasks"]] == ["first"]

        await write(make_task, title="second")
        assert (await socket.update_until(title="second"))["left"] is False

        await write(lifecycle.cancel, waiting, origin=ORIGIN)
        patch = await socket.update_until(title="first")
        assert (patch["status"], patch["left"]) == ("cancelled", True)


async def test_a_stranger_sees_nothing_of_the_tasks_of_others(
    connect, bob, alice, make_task
):
    task = await write(make_task, title="of alice")
    nowhere = str(uuid.uuid4())
    async with connect(bob) as socket:
        snapshot = await socket.subscribe(tasks=[str(task.pk), nowhere])
        assert snapshot["tasks"] == []
        assert set(snapshot["missing"]) == {str(task.pk), nowhere}
        await socket.subscribe(filter={})

        await write(lifecycle.cancel, task, origin=ORIGIN)
        await write(make_task, title="of bob", owner=bob)

        update = await socket.receive("update")
        assert [patch["title"] for patch in update["tasks"]] == ["of bob"]


async def test_staff_see_the_tasks_of_all_with_what_they_may_do(
    connect, staff, make_task
):
    async with connect(staff) as socket:
        await socket.subscribe(filter={})

        await write(make_task, title="of alice")

        patch = await socket.update_until(title="of alice")
        assert (patch["owner"], patch["actions"]) == ("alice", ["cancel", "pause"])


async def test_versions_of_a_task_only_rise(connect, alice, make_claimed):
    task = await write(make_claimed)
    async with connect(alice) as socket:
        seen = [(await socket.subscribe(tasks=[str(task.pk)]))["tasks"][0]["version"]]
        for number in range(200):
            await write(lifecycle.progress, task, current=number, total=200, message="")
        await write(lifecycle.complete, task, result={})
        while True:
            update = await socket.receive("update")
            seen += [patch["version"] for patch in update["tasks"]]
            if update["tasks"][-1]["status"] == "completed":
                break

    assert seen == sorted(set(seen))
    assert seen[-1] == 203


async def test_a_deleted_task_is_removed(connect, alice, make_task):
    task = await write(make_task)
    async with connect(alice) as socket:
        await socket.subscribe(tasks=[str(task.pk)])

        await write(lifecycle.cancel, task, origin=ORIGIN)
        await write(lifecycle.delete, task)

        assert (await socket.receive("removed"))["ids"] == [str(task.pk)]


async def test_a_stranger_does_not_learn_that_a_task_was_deleted(
    connect, bob, make_task
):
    task = await write(make_task)
    async with connect(bob) as socket:
        await socket.subscribe(tasks=[str(task.pk)])
        await write(lifecycle.cancel, task, origin=ORIGIN)
        await write(lifecycle.delete, task)

        own = await write(make_task, owner=bob)
        await socket.subscribe(tasks=[str(own.pk)])
        await write(lifecycle.cancel, own, origin=ORIGIN)
        await write(lifecycle.delete, own)

        assert (await socket.receive("removed"))["ids"] == [str(own.pk)]


async def test_a_whole_id_finds_its_task_and_a_part_finds_nothing(
    connect, alice, make_task
):
    task = await write(make_task)
    async with connect(alice) as socket:
        part, whole = str(task.pk)[:12], str(task.pk).upper()
        assert len((await socket.subscribe(filter={"search": whole}))["tasks"]) == 1
        assert (await socket.subscribe(filter={"search": part}))["tasks"] == []

        await write(lifecycle.cancel, task, origin=ORIGIN)
        named = await write(make_task, title=f"about {part}")

        patch = await socket.update_until(left=False)
        assert patch["id"] == str(named.pk)


async def test_after_unsubscribing_nothing_comes(connect, alice, make_task):
    async with connect(alice) as socket:
        await socket.subscribe(filter={})
        await socket.send(action="unsubscribe", id="s1")
        await socket.receive("unsubscribed")
        await write(make_task, title="unseen")
        await socket.send(action="subscribe", id="s2", filter={"search": "seen later"})
        await socket.receive("snapshot")

        await write(make_task, title="seen later")

        update = await socket.receive("update")
        assert [patch["title"] for patch in update["tasks"]] == ["seen later"]


async def test_a_ping_is_answered(connect, alice):
    async with connect(alice) as socket:
        await socket.send(action="ping")

        assert (await socket.anything())["type"] == "pong"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"action": "dance"}, "Known actions"),
        ({"action": "subscribe", "id": "s1", "tasks": ["1"]}, "not an id"),
        ({"action": "subscribe", "id": "s1", "tasks": "all"}, "must be a list"),
        (
            {"action": "subscribe", "id": "s1", "tasks": [str(uuid.uuid4())] * 501},
            "at most 500",
        ),
        ({"action": "subscribe", "id": "s1", "filter": {"statuses": 1}}, "may hold"),
        ({"action": "subscribe", "id": "s1", "filter": {"status": "done"}}, "status"),
    ],
)
async def test_a_message_that_cannot_be_understood_is_named(
    connect, alice, message, words
):
    async with connect(alice) as socket:
        await socket.send(**message)

        error = await socket.anything()
        assert (error["type"], error["code"]) == ("error", "bad_message")
        assert words in error["detail"]
        assert error["ref"] == message.get("id", "")


@pytest.mark.parametrize("text", ["{", "[]", "7", ""])
async def test_what_is_no_message_at_all_closes_the_socket(connect, alice, text):
    async with connect(alice) as socket:
        await socket.connection.send(text)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.anything()
        assert code_of(closed) == 4400


async def test_who_is_not_signed_in_is_closed_with_4401(connect, db):
    async with connect(None, greeted=False) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.anything()
        assert code_of(closed) == 4401


@pytest.mark.parametrize(
    "origin", ["http://evil.example", None, "null", "http://127.0.0.1.evil.example"]
)
async def test_a_page_of_another_site_is_closed_with_4403(connect, alice, origin):
    async with connect(alice, origin=origin, greeted=False) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.anything()
        assert code_of(closed) == 4403


async def test_the_fifty_first_subscription_is_refused_and_a_known_one_is_not(
    connect, alice
):
    async with connect(alice) as socket:
        for number in range(50):
            await socket.send(action="subscribe", id=str(number), filter={})
            await socket.receive("snapshot")
        await socket.send(action="subscribe", id="50", filter={})
        assert "50" in (await socket.anything())["detail"]

        await socket.send(action="subscribe", id="7", filter={"status": "failed"})

        assert (await socket.receive("snapshot"))["subscription"] == "7"
