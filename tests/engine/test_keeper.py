"""The keeper finds what others forgot; there is one at work, and always one."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import KeeperLock
from tasks_app.models.clock import DatabaseNow
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, claim, fresh, let_leases_end
from tests.processes import (
    PATIENCE,
    Processes,
    wait_for_status,
    wait_until,
)
from tests.servers import free_port

from .asking import NEVER, SWEEP, ask, attempt

ROUNDS = 6  # of crashes, of which one at least finds a machine that is not too busy


def test_delayed_and_retried_work_starts_when_it_is_due(processes: Processes) -> None:
    processes.worker(concurrency=1)
    processes.keeper(REPUBLISH_SECONDS=NEVER)
    due = timezone.now() + timedelta(seconds=3)
    delayed = submit(
        operation="workshop.echo", owner=None, origin=ORIGIN, not_before=due
    )
    flaky = ask("flaky", failures=2)

    assert attempt(delayed, 1).at >= due
    done = wait_for_status(flaky, "completed")
    assert (done.attempt, done.crash_count, done.error_code) == (3, 0, "")
    releases = done.events.filter(to_status="pending").exclude(from_status="")
    assert [event.data["code"] for event in releases] == ["operation_failed"] * 2
    assert all(0 <= event.data["delay"] <= 0.2 for event in releases)


def test_another_keeper_takes_over_from_one_that_dies_or_stops(
    processes: Processes,
) -> None:
    first = processes.keeper(what="is active")
    second = processes.keeper(what="is standing by")
    assert KeeperLock.objects.held()
    first.kill()
    (ends,) = KeeperLock.objects.values_list("expires_at", flat=True)

    processes.wait_for_log(second, "is active")
    assert timezone.now() >= ends

    third = processes.keeper(what="is standing by")
    second.popen.send_signal(signal.SIGTERM)
    assert second.popen.wait(PATIENCE) == 0
    held = KeeperLock.objects.filter(expires_at__gt=DatabaseNow())
    assert not held.filter(holder__contains=f":{second.pid}:").exists()  # handed over
    processes.wait_for_log(third, "is active")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(128)
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("scheme", "kind"), [("redis", "silent"), ("redis", "absent"), ("amqp", "silent")]
)
def test_a_keeper_rescues_while_the_broker_is_away(
    processes: Processes,
    make_task: Make,
    silent: int,
    scheme: str,
    kind: str,
    settings: Any,
) -> None:
    let_leases_end(settings)
    port = silent if kind == "silent" else free_port()
    unclaimed = make_task()
    lifecycle.mark_published([(str(unclaimed.pk), unclaimed.version)])
    keeper = processes.keeper(
        BROKER_URL=f"{scheme}://127.0.0.1:{port}//",
        REPUBLISH_SECONDS="0",
        what="is active",
    )
    wait_for_status(claim(make_task()), "pending")  # the next begin behind a sweep
    took = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        wait_for_status(claim(make_task()), "pending")
        took.append(time.monotonic() - began)
        if took[-1] <= SWEEP + 1:
            break
    assert took[-1] <= SWEEP + 1, took
    assert keeper.alive
    assert fresh(unclaimed).status == "pending"


def test_a_message_the_broker_lost_is_published_again(processes: Processes) -> None:
    task = ask("echo")
    wait_until(lambda: fresh(task).published_at, what="it to be published")
    processes.empty_broker()
    processes.worker(concurrency=1)

    processes.keeper()

    wait_for_status(task, "completed")
