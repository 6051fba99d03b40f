"""The keeper finds what others forgot; there is one at work, and always one."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import KeeperLock
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, claim, fresh, let_leases_end
from tests.processes import Processes, free_port, wait_for_status, wait_until

from .asking import SWEEP, ask, attempt, seconds_between

EXPIRY = 6  # seconds of the keeper's lock: three sweeps


def test_delayed_and_retried_work_starts_when_it_is_due(processes: Processes) -> None:
    processes.worker(concurrency=1)
    processes.keeper()
    due = timezone.now() + timedelta(seconds=3)
    delayed = submit(
        operation="workshop.echo", owner=None, origin=ORIGIN, not_before=due
    )
    flaky = ask("flaky", failures=2)

    late = seconds_between(due, attempt(delayed, 1).at)
    assert 0 <= late <= SWEEP + 2
    done = wait_for_status(flaky, "completed", seconds=15)
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
    killed_at = timezone.now()
    first.kill()

    processes.wait_for_log(second, "is active")
    took = seconds_between(killed_at, timezone.now())
    assert took <= EXPIRY + SWEEP + 2

    third = processes.keeper(what="is standing by")
    second.popen.send_signal(signal.SIGTERM)
    stopped_at = timezone.now()
    processes.wait_for_log(third, "is active")
    assert seconds_between(stopped_at, timezone.now()) <= SWEEP + 2  # handed over
    assert second.popen.wait(10) == 0


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
    for _ in range(2):
        crashed = claim(make_task())
        wait_for_status(crashed, "pending", seconds=SWEEP + 2)
    assert keeper.alive
    assert fresh(unclaimed).status == "pending"


def test_a_message_the_broker_lost_is_published_again(processes: Processes) -> None:
    task = ask("echo")
    wait_until(lambda: fresh(task).published_at, what="it to be published")
    processes.empty_broker()
    processes.worker(concurrency=1)

    processes.keeper()

    wait_for_status(task, "completed", seconds=10)
