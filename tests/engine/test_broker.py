"""The broker and the channel layer come and go; work waits, and is not lost."""

from __future__ import annotations

import json
import socket
import statistics
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tasks_app.models import Task
from tests.processes import Processes, wait_for_status
from tests.servers import PrivateServer, RabbitServer, RedisServer

from .asking import attempt

MEASURE = """
import os, django, json, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from tests.engine.asking import ask
took = []
for number in range(6):  # the first one connects and starts the threads
    began = time.perf_counter()
    ask("echo", text=str(number))
    took.append(time.perf_counter() - began)
print(json.dumps(took))
os._exit(0)  # the threads still wait for the broker
"""


def submit(processes: Processes, operation: str, *params: str, **env: Any) -> Task:
    """Submit from a process of its own, which knows the broker of the test."""
    options = [word for param in params for word in ("--param", param)]
    done = processes.manage("submit", f"workshop.{operation}", *options, **env)
    assert done.returncode == 0, done.stderr
    return Task.objects.get(pk=done.stdout.split()[0])


@pytest.mark.embedded_only
def test_redis_dies_and_comes_back_while_workers_are_idle_and_busy(
    processes: Processes,
) -> None:
    with RedisServer() as server:
        env: dict[str, Any] = {"BROKER_URL": server.database(1)}
        env["REDIS_URL"] = server.url
        survives(processes, server, env)


@pytest.mark.servers_only
@pytest.mark.timeout(240)
def test_rabbitmq_dies_and_comes_back_while_workers_are_idle_and_busy(
    processes: Processes,
) -> None:
    with RabbitServer() as server:
        survives(processes, server, {"BROKER_URL": server.url})


def survives(processes: Processes, server: PrivateServer, env: dict[str, Any]) -> None:
    worker = processes.worker(concurrency=2, **env)
    keeper = processes.keeper(**env)
    wait_for_status(submit(processes, "echo", **env), "completed")

    server.kill()  # idle
    server.start()
    new = submit(processes, "echo", **env)
    wait_for_status(new, "completed")

    busy = submit(processes, "slow", "seconds=6", **env)
    attempt(busy, 1)
    server.kill()  # busy
    server.start()
    new = submit(processes, "echo", **env)
    wait_for_status(new, "completed")
    assert wait_for_status(busy, "completed").attempt == 1
    assert worker.alive
    assert keeper.alive


@pytest.mark.embedded_only
def test_a_redis_that_forgot_everything_delays_and_loses_nothing(
    processes: Processes,
) -> None:
    with RedisServer() as server:
        env: dict[str, Any] = {"BROKER_URL": server.database(1)}
        env["REDIS_URL"] = server.url
        tasks = [submit(processes, "echo", **env) for _ in range(2)]
        with redis.Redis.from_url(server.url) as client:
            client.flushall()

        processes.worker(concurrency=1, **env)
        processes.keeper(**env)

        for task in tasks:
            wait_for_status(task, "completed")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(128)
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_submitting_does_not_wait_for_a_broker_that_says_nothing(
    processes: Processes, silent: int, scheme: str
) -> None:
    env: dict[str, Any] = {
        "BROKER_URL": f"{scheme}://127.0.0.1:{silent}//",
        "REDIS_URL": f"redis://127.0.0.1:{silent}/0",
    }
    done = processes.python("-c", MEASURE, **env)

    assert done.returncode == 0, done.stderr
    # To wait for such a broker takes four seconds, each time.
    assert statistics.median(json.loads(done.stdout)) < 1
    assert Task.objects.filter(status="pending", published_at=None).count() == 6
