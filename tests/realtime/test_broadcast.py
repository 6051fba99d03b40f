"""The way of a change from the writer to the channel layer."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
from channels.layers import channel_layers
from django.db import transaction

from tasks_app import broadcast, lifecycle
from tasks_app.events import TASKS_GROUP
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db(transaction=True)


async def heard(write, *, until):
    """Listen as a hub does, let `write` happen, and return the tasks that were told."""
    layer = channel_layers.make_backend("default")
    channel = await layer.new_channel()
    await layer.group_add(TASKS_GROUP, channel)
    tasks = []
    try:
        await asyncio.to_thread(write)
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

    assert {task["title"] for task in told} == {"for good"}


def test_the_newest_version_wins_and_a_burst_becomes_few_messages(make_claimed):
    task = make_claimed()

    def write():
        for number in range(300):
            lifecycle.progress(task, current=number, total=300, message="")
        lifecycle.complete(task, result={})

    told = listen(write, until=lambda seen: seen["status"] == "completed")

    versions = [seen["version"] for seen in told]
    assert versions == sorted(versions)
    assert versions[-1] == 303
    assert len(told) < 250


def test_telling_costs_a_writer_no_time(make_claimed):
    message = {"id": "x", "version": 1}
    broadcast.sender()
    began = time.perf_counter()
    for _ in range(1000):
        broadcast.sender().put(message)

    # A thousand in far less than one round trip to Redis each (about 0.2 ms).
    assert time.perf_counter() - began < 0.1
    assert broadcast.sender().flush()


def test_a_broken_channel_layer_does_not_hinder_a_transition(make_task, monkeypatch):
    monkeypatch.setattr(
        broadcast, "_sender", None
    )  # a sender of this test, with the settings below
    broken = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": "redis://127.0.0.1:1/0"}]},
    }
    monkeypatch.setitem(channel_layers.configs, "default", broken)

    task = lifecycle.cancel(make_task(), origin=ORIGIN)

    assert task.status == "cancelled"
    assert broadcast.sender().flush(timeout=10)


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
