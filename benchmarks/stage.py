"""What the benchmarks share: a private Redis, servers, clients elsewhere, the table."""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.servers import PostgresServer, RedisServer
from tests.servers.environment import environment
from tests.servers.process import free_port

ROOT = Path(__file__).resolve().parent.parent
UVICORN = ["-m", "uvicorn", "--ws", "websockets-sansio", "--loop", "uvloop"]
QUIET = [
    "--no-access-log",
    "--log-level",
    "warning",
    "--ws-per-message-deflate",
    "false",
]
MEMORY = Path("/dev/shm")  # noqa: S108  a database without a disk, where there is one


@contextmanager
def stage() -> Iterator[dict[str, str]]:
    """Set the environment for a private Redis and an empty database."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    where = MEMORY if MEMORY.is_dir() else None
    with RedisServer() as redis, tempfile.TemporaryDirectory(dir=where) as folder:
        # One user opens all connections, as fast as they can.
        unlimited = {"RATE_WATCH": "0", "CONNECTIONS_PER_USER": "0"}
        env = environment(
            Path(folder),
            REDIS_URL=redis.url,
            BROKER_URL=redis.database(1),
            **unlimited,
        )
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ.update(env)
        yield env


@contextmanager
def postgres_stage() -> Iterator[dict[str, str]]:
    """The same on PostgreSQL, a private one unless DATABASE_URL names another."""
    with ExitStack() as stack:
        url = (
            os.environ.get("DATABASE_URL") or stack.enter_context(PostgresServer()).url
        )
        env = stack.enter_context(stage())
        env["DATABASE_URL"] = os.environ["DATABASE_URL"] = url
        yield env


@contextmanager
def serving(
    application: str, env: dict[str, str], server: str = "uvicorn"
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run the application under a real server."""
    port = free_port()
    commands = {
        "uvicorn": [*UVICORN, *QUIET, "--port", str(port), application],
        "daphne": ["-m", "daphne", "-p", str(port), "-v", "0", application],
    }
    process = subprocess.Popen([sys.executable, *commands[server]], cwd=ROOT, env=env)
    try:
        _wait_for(port)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def clients(
    name: str, url: str, count: int, seconds: float, env: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Open sockets in another process, which listens for so long once told to."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{name}", url, str(count), str(seconds)],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield process
    finally:
        process.kill()
        process.wait()


def paced(client: subprocess.Popen[bytes], times: int, rate: int) -> Iterator[int]:
    """Give the clients their signal; yield so many numbers, `rate` of them a second."""
    assert client.stdin is not None
    client.stdin.write(b"go\n")
    client.stdin.flush()
    began = time.monotonic()
    for number in range(times):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield number


def quantiles(delays: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 of delays in seconds, in milliseconds."""
    if len(delays) < 2:
        return {f"p{p}_ms": float("nan") for p in (50, 95, 99)}
    cuts = statistics.quantiles(delays, n=100)
    return {f"p{p}_ms": round(cuts[p - 1] * 1000, 2) for p in (50, 95, 99)}


def show(name: str, title: str, rows: list[dict[str, Any]]) -> None:
    """Print the table and write `var/bench/NAME.json`."""
    print(f"\n{title}")
    names = list(rows[0])
    for row in [dict(zip(names, names, strict=True)), *rows]:
        cells = [f"{row[names[0]]!s:>32}", *(f"{row[n]!s:>14}" for n in names[1:])]
        print("".join(cells), flush=True)
    target = ROOT / "var" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    whole = {"title": title, "rows": rows}
    (target / f"{name}.json").write_text(json.dumps(whole, indent=2))


def _wait_for(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"Nothing listens on {port}.")
