"""A long poll answers as soon as the task is newer, and not before."""

from __future__ import annotations

import asyncio
import uuid

import httpx
import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN

from .conftest import cookie_of, write

# HTTP and sockets by themselves; what the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


@pytest.fixture
def get(server, transactional_db):
    """Return a function that asks for a task as a user."""

    async def asked(user, pk, **query):
        headers = {"Cookie": await cookie_of(user)} if user else {}
        async with httpx.AsyncClient(base_url=server, headers=headers) as client:
            path = f"/api/v1/tasks/{pk}/"
            return await client.get(path, params=query, timeout=20)

    return asked


async def test_a_poll_answers_when_the_task_changes(get, alice, make_task):
    task = await write(make_task)
    poll = asyncio.create_task(get(alice, task.pk, wait=15, version=1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(poll), 1)

    await write(lifecycle.cancel, task, origin=ORIGIN)

    answer = await asyncio.wait_for(poll, 3)
    assert (answer.json()["status"], answer.json()["version"]) == ("cancelled", 2)


async def test_a_poll_for_an_old_version_answers_at_once(get, alice, make_task):
    task = await write(make_task)

    answer = await asyncio.wait_for(get(alice, task.pk, wait=15, version=0), 3)

    assert answer.json()["version"] == 1


async def test_a_poll_without_news_answers_with_the_task_as_it_is(
    get, alice, make_task
):
    task = await write(make_task)

    answer = await asyncio.wait_for(get(alice, task.pk, wait=1, version=1), 5)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


async def test_a_poll_hears_that_the_task_was_deleted(get, alice, make_task):
    task = await write(make_task)
    await write(lifecycle.cancel, task, origin=ORIGIN)
    poll = asyncio.create_task(get(alice, task.pk, wait=15, version=2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(poll), 1)

    await write(lifecycle.delete, task)

    assert (await asyncio.wait_for(poll, 3)).status_code == 404


async def test_a_poll_for_what_may_not_be_seen_is_404_at_once(
    get, alice, bob, make_task
):
    task = await write(make_task)

    of_another = await asyncio.wait_for(get(bob, task.pk, wait=15, version=1), 3)
    of_nothing = await asyncio.wait_for(get(bob, uuid.uuid4(), wait=15, version=1), 3)

    assert of_another.status_code == of_nothing.status_code == 404
    told = [answer.json() for answer in (of_another, of_nothing)]
    assert told[0].pop("request_id") != told[1].pop("request_id")
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"wait": "soon"}, "wait"),
        ({"wait": 61}, "wait"),
        ({"wait": -1}, "wait"),
        ({"wait": [1, 2]}, "wait"),
        ({"wait": 1, "version": "x"}, "version"),
    ],
)
async def test_a_bad_number_is_named(get, alice, make_task, query, name):
    task = await write(make_task)

    answer = await get(alice, task.pk, **query)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "invalid_input")
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert told["errors"] == {name: [told["detail"]]}


async def test_a_stranger_cannot_wait(get, alice, make_task):
    task = await write(make_task)

    answer = await asyncio.wait_for(get(None, task.pk, wait=15, version=1), 3)

    assert answer.status_code == 401
