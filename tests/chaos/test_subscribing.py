"""Between reading the rows and the live changes nothing is lost, and nothing is left.

F31 of the fault list; each race is forced here, the burst is in `test_burst`.
"""

from __future__ import annotations

import threading

import pytest
from channels.db import database_sync_to_async
from django.db import connection, transaction

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.processes import PATIENCE, wait_until
from tests.realtime.conftest import connected, write

pytestmark = pytest.mark.django_db(transaction=True)
PENDING = {"filter": {"status": ["pending"]}}


@pytest.fixture
def site(processes):
    return processes.web()


async def come_back(socket, cursor, **what):
    await socket.send(action="subscribe", id="s1", after=cursor, **what)
    assert (await socket.receive("replay"))["tasks"] == []


async def test_what_was_shown_before_a_drop_leaves_after_it(site, alice, make_task):
    """Nobody watches in between, so the server has forgotten what it showed."""
    task = await write(make_task)
    async with connected(site, alice) as socket:
        cursor = (await socket.subscribe(**PENDING))["cursor"]
    async with connected(site, alice) as socket:
        await come_back(socket, cursor, **PENDING)

        await write(lifecycle.cancel, task, origin=ORIGIN)

        patch = await socket.update_until(id=str(task.pk))
        assert (patch["status"], patch["left"]) == ("cancelled", True)


async def test_what_was_shown_before_a_drop_is_removed_after_it(site, alice, make_task):
    task = await write(make_task)
    await write(lifecycle.cancel, task, origin=ORIGIN)
    async with connected(site, alice) as socket:
        cursor = (await socket.subscribe(filter={}))["cursor"]
    async with connected(site, alice) as socket:
        await come_back(socket, cursor, filter={})

        await write(lifecycle.delete, task)

        assert (await socket.receive("removed"))["ids"] == [str(task.pk)]


async def test_what_changed_while_nobody_watched_leaves_too(site, alice, make_claimed):
    """What the server told last is older than what the watcher shows."""
    task = await write(make_claimed)
    async with connected(site, alice) as socket:
        cursor = (await socket.subscribe(**PENDING))["cursor"]
        await write(lifecycle.progress, task, current=1, total=2, message="")
        await socket.update_until(version=3)
    await write(lifecycle.release, task, delay=0, code="busy", message="Busy.")
    async with connected(site, alice) as socket:
        await socket.send(action="subscribe", id="s1", after=cursor, **PENDING)
        replay = await socket.receive("replay")
        assert [t["left"] for t in replay["tasks"]] == [False]
    async with connected(site, alice) as socket:
        await come_back(socket, replay["cursor"], **PENDING)

        await write(lifecycle.cancel, task, origin=ORIGIN)

        patch = await socket.update_until(id=str(task.pk))
        assert (patch["status"], patch["left"]) == ("cancelled", True)


@pytest.fixture
def held_up():
    """Rows are read while this lock is held, their artifacts not: the answer waits."""
    locked, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tasks_app_artifact IN ACCESS EXCLUSIVE MODE")
            locked.set()
            release.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(PATIENCE)
    yield release
    release.set()
    thread.join()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


@pytest.mark.servers_only
async def test_what_leaves_while_the_rows_are_read_is_told(
    site, alice, make_task, held_up
):
    task = await write(make_task)
    async with connected(site, alice) as other, connected(site, alice) as socket:
        await other.send(action="subscribe", id="s1", tasks=[str(task.pk)])
        await socket.send(action="subscribe", id="s1", **PENDING)
        await write(wait_until, somebody_waits)

        await write(lifecycle.cancel, task, origin=ORIGIN)
        await other.update_until(status="cancelled")  # told, and not to `socket`
        held_up.set()

        snapshot = await socket.receive("snapshot")
        assert [t["status"] for t in snapshot["tasks"]] == ["pending"]
        patch = await socket.update_until(id=str(task.pk))
        assert (patch["status"], patch["left"]) == ("cancelled", True)


@pytest.mark.servers_only
async def test_news_before_the_answer_name_no_place(site, alice, make_task, held_up):
    """Who drops in between must come back after the place of before."""
    await write(make_task)
    async with connected(site, alice) as socket:
        await socket.send(action="subscribe", id="s1", filter={})
        await database_sync_to_async(wait_until)(somebody_waits)
        await write(make_task, title="live")

        update = await socket.receive("update")

        assert update["cursor"] == ""
        held_up.set()
        assert (await socket.receive("snapshot"))["cursor"]
