"""The way of a change from the writer to the channel layer."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.db import transaction

from tasks_app import broadcast, lifecycle
from tasks_app.events import TASKS_GROUP
from tasks_app.process import PerProcess
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db(transaction=True)


async def heard(write, *, until):
    """Listen as a hub does, let `write` happen, and return the tasks that were told."""
    layer = channel_layers.make_backend("default")
    channel = await layer.new_channel()
    await layer.group_add(TASKS_GROUP, channel)
    tasks: list[Any] = []
    try:
        await database_sync_to_async(write)()
        async with asyncio.timeout(5):
            while not any(until(task) for task in tasks):
                tasks += (await layer.receive(channel))["tasks"]
    finally:
        await layer.group_discard(TASKS_GROUP, channel)
        await layer.flush()
    return tasks


def listen(write, *, until):
    return asyncio.run(heard(write, until=until))


def test_nothing_is_told_of_a_transaction_that_is_rolled_back(make_task):
    def write():
        with transaction.atomic():
            make_task(title="never")
            transaction.set_rollback(True)
        make_task(title="for good")

    told = listen(write, until=lambda task: task["title"] == "for good")

    assert "never" not in {task["title"] for task in told}


def test_the_newest_version_wins_and_a_burst_becomes_few_messages(make_claimed):
    task = make_claimed()

    def write():
        for number in range(300):
            lifecycle.progress(task, current=number, total=300, message="")
        lifecycle.complete(task, result={})

    told = listen(write, until=lambda seen: seen["status"] == "completed")

    versions = [seen["version"] for seen in told if seen["id"] == str(task.pk)]
    assert versions == sorted(versions)
    assert versions[-1] == 303
    assert len(versions) < 250


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_channel_layer_that_hangs_holds_up_no_writer(
    make_task, monkeypatch, silent_port
):
    use_layer(monkeypatch, port=silent_port)

    tasks = [lifecycle.cancel(make_task(), origin=ORIGIN) for _ in range(20)]

    assert {task.status for task in tasks} == {"cancelled"}
    assert not broadcast.sender().flush(timeout=0)  # all that, while none was sent
    assert broadcast.sender().flush(timeout=10)  # given up, not stuck for ever


def test_a_channel_layer_that_is_away_hinders_no_transition(make_task, monkeypatch):
    use_layer(monkeypatch, port=1)

    task = lifecycle.cancel(make_task(), origin=ORIGIN)

    assert task.status == "cancelled"
    assert broadcast.sender().flush(timeout=10)


def use_layer(monkeypatch, *, port):
    """Give this test a sender of its own, whose Redis is at `port`."""
    layer = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": f"redis://127.0.0.1:{port}/0"}]},
    }
    monkeypatch.setitem(channel_layers.configs, "default", layer)
    monkeypatch.setattr(broadcast, "sender", PerProcess(broadcast.Sender))


def test_a_forked_child_has_a_sender_of_its_own(make_task):
    parent = broadcast.sender()

    def write():
        child = os.fork()
        if child == 0:
            told = broadcast.sender() is not parent
            broadcast.sender().put({"id": "of the child", "version": 1})
            os._exit(0 if told and broadcast.sender().flush() else 1)
        assert os.waitpid(child, 0)[1] == 0

    told = listen(write, until=lambda task: task["id"] == "of the child")

    assert told[0]["version"] == 1
