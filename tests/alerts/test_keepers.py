"""Real keepers, one killed and two at a time, tell once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tasks_app.models import Delivery, Incident
from tasks_app.operations.alerts import raise_incident
from tasks_app.operations.alerts.sealing import open_sealed
from tasks_app.operations.alerts.watching import Watch
from tests.processes import Processes, wait_until

from .receiver import Receiver

HERE = {"ALERT_PRIVATE_HOSTS": "127.0.0.1", "ALERT_SEND_SECONDS": "1"}
FAST = {"SWEEP_SECONDS": "0.5", "ALERT_SECONDS": "0.5", "ALERT_QUIET_SECONDS": "1"}


def delivered() -> bool:
    return Delivery.objects.filter(status="delivered").exists()


def test_a_keeper_sees_a_storm_and_its_end(
    processes: Processes,
    hook: Any,
    rule: Any,
    receiver: Receiver,
    fail_tasks: Any,
    make_claimed: Any,
) -> None:
    channel = hook(receiver.url)
    watched = rule(channel, threshold=1)
    processes.keeper(what="is active", **HERE, **FAST)
    fail_tasks(20)
    wait_until(lambda: receiver.calls, what="the alert")
    fail_tasks(20)
    counted = timezone.now()  # once it is seen later than that, all 40 are
    wait_until(lambda: Incident.objects.get().seen_at > counted, what="more looks")
    watched.enabled = False
    watched.save()

    wait_until(lambda: len(receiver.calls) > 1, what="the recovery")

    assert receiver.told == ["incident.opened", "incident.recovered"]
    secret = open_sealed(channel.secret)
    assert all(call.is_signed_with(secret) for call in receiver.calls)


def test_what_a_killed_keeper_sent_is_known_again_by_its_id(
    processes: Processes, hook: Any, receiver: Receiver
) -> None:
    receiver.hang_seconds = 0.9
    hook(receiver.url)
    keeper = processes.keeper(what="is active", **HERE, **FAST)
    raise_incident(key="disk", title="The disk is full")
    wait_until(lambda: receiver.calls, what="the first try")
    keeper.kill()
    assert not delivered()
    receiver.hang_seconds = 0

    processes.keeper(**HERE, **FAST)

    wait_until(delivered, what="the delivery")
    first, second = receiver.calls
    assert first.id == second.id
    assert Delivery.objects.get().attempts == 2


def test_a_channel_that_hangs_holds_up_neither_the_sweep_nor_other_channels(
    processes: Processes, hook: Any, receiver: Receiver, make_task: Any
) -> None:
    with Receiver(hang_seconds=60) as stuck:
        hook(stuck.url, "stuck")
        hook(receiver.url, "well")
        processes.keeper(
            what="is active", **{**HERE, **FAST, "ALERT_SEND_SECONDS": "50"}
        )
        raise_incident(key="disk", title="The disk is full")
        wait_until(lambda: stuck.calls, what="the one that hangs")

        wait_until(lambda: receiver.calls, what="the other one")
        task = make_task()

        def published() -> bool:
            task.refresh_from_db()
            return task.published_at is not None

        wait_until(published, what="the keeper to sweep")
        assert len(stuck.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_watch_at_the_same_time_tell_once(
    hook: Any, rule: Any, receiver: Receiver, fail_tasks: Any
) -> None:
    watched = rule(hook(receiver.url), threshold=1)
    fail_tasks(3)
    over = threading.Event()

    def keep_watch() -> None:
        watch = Watch()
        try:
            while not over.wait(0.01):
                watch.look()
        finally:
            connection.close()

    keepers = [threading.Thread(target=keep_watch) for _ in range(2)]
    for keeper in keepers:
        keeper.start()
    try:
        wait_until(lambda: receiver.calls, what="the alert")
        watched.enabled = False
        watched.save()
        wait_until(lambda: len(receiver.calls) > 1, what="the recovery")
        wait_until(
            lambda: not Delivery.objects.filter(status="waiting").exists(),
            what="all to be noted",
        )
    finally:
        over.set()
        for keeper in keepers:
            keeper.join()

    assert receiver.told == ["incident.opened", "incident.recovered"]
