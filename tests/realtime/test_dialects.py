"""The sockets of two source documents, in the documents' own words."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN

from .conftest import code_after, write

pytestmark = pytest.mark.django_db(transaction=True)

RESTAURANT, CONTRACTS = "/ws/task-status/", "/ws/tasks/status/"


@pytest.fixture
def dialect(connect):
    """Return a function that opens a dialect's socket."""

    def opened(user, path, **options):
        return connect(user, path=path, greeted=False, **options)

    return opened


async def report(task, current, total, message):
    facts = {"current": current, "total": total, "message": message}
    return await write(lifecycle.progress, task, **facts)


async def test_a_restaurant_client_is_told_of_every_visible_task(
    dialect, alice, bob, make_task
):
    before = await write(make_task)
    async with dialect(alice, RESTAURANT) as socket:
        message = await socket.anything()
        assert message == {
            "type": "task_status",
            "payload": {
                "task_id": str(before.pk),
                "operation": before.operation,
                "status": "started",
                "created_at": int(before.created_at.timestamp()),
                "updated_at": int(before.status_updated_at.timestamp()),
            },
        }
        await write(make_task, owner=bob)

        task = await write(make_task)

        assert (await socket.anything())["payload"]["task_id"] == str(task.pk)


async def test_a_restaurant_client_follows_a_task_to_its_end(
    dialect, alice, make_claimed
):
    task = await write(make_claimed)
    async with dialect(alice, RESTAURANT) as socket:

        async def status(wanted):
            while (told := await socket.anything())["payload"]["status"] != wanted:
                pass
            return told["payload"]

        await status("started")
        await report(task, 3, 12, "Reading rows")
        told = await status("processing")
        assert told["progress"] == {
            "current": 3,
            "total": 12,
            "message": "Reading rows",
        }
        task = await write(lifecycle.note_error, task, message="No date.", row=4)
        assert (await status("error"))["error"] == "1 error noted so far."
        await write(lifecycle.complete, task, result={"rows": 12})
        told = await status("completed_with_errors")
        assert told["result"] == {"rows": 12}


async def test_a_contracts_client_is_greeted_and_told(dialect, alice, make_claimed):
    async with dialect(alice, CONTRACTS) as socket:
        assert await socket.anything() == {
            "type": "connection",
            "message": "Connected to task status updates",
        }
        task = await write(make_claimed)

        await report(task, 5, 10, "Half of it")

        while (told := await socket.anything()).get("progress") != 50:
            assert told["type"] == "task_update"
        assert told == {
            "type": "task_update",
            "task_id": str(task.pk),
            "state": "PROGRESS",
            "progress": 50,
            "status": "Half of it",
        }
        await write(lifecycle.complete, task, result={"rows": 10})
        while (told := await socket.anything())["state"] != "SUCCESS":
            pass
        assert (told["progress"], told["result"]) == (100, {"rows": 10})


async def test_a_contracts_client_asks_where_a_task_is(dialect, alice, make_task):
    task = await write(make_task)
    await write(lifecycle.cancel, task, origin=ORIGIN)
    async with dialect(alice, CONTRACTS) as socket:
        await socket.receive("connection")

        await socket.send(action="subscribe", task_id=str(task.pk))

        told = await socket.anything()
        assert (told["task_id"], told["state"]) == (str(task.pk), "REVOKED")
        assert told["error"] == "The task was cancelled."


@pytest.mark.parametrize("task_id", ["abc-123-def", None, "of another"])
async def test_a_task_that_may_not_be_seen_is_an_error(
    dialect, alice, bob, make_task, task_id
):
    hidden = await write(make_task, owner=bob)
    wanted = str(hidden.pk) if task_id == "of another" else task_id
    async with dialect(alice, CONTRACTS) as socket:
        await socket.receive("connection")

        await socket.send(action="subscribe", task_id=wanted)

        refused = await socket.anything()
        assert refused["type"] == "error"
        assert str(hidden.pk) not in refused["message"]


@pytest.mark.parametrize("path", [RESTAURANT, CONTRACTS])
async def test_a_dialect_is_for_people_who_are_signed_in(dialect, db, path):
    async with dialect(None, path) as socket:
        assert await code_after(socket) == 4401
