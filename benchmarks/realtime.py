"""Updates to many sockets: the hub against stock Channels and against the floor.

All in one run, with the same Redis, the same client in another process, and stamps from
the same clock. `SOCKETS`, `RATE` and `SECONDS` choose the load.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.servers import RedisServer
from tests.servers.environment import environment
from tests.servers.process import free_port

SOCKETS = int(os.environ.get("SOCKETS", "1500"))
RATE = int(os.environ.get("RATE", "5"))  # updates a second, each to every socket
SECONDS = int(os.environ.get("SECONDS", "10"))
ROOT = Path(__file__).resolve().parent.parent
UVICORN = ["-m", "uvicorn", "--ws", "websockets-sansio", "--loop", "uvloop"]
QUIET = ["--log-level", "warning", "--ws-per-message-deflate", "false"]


def measure(
    name: str,
    application: str,
    path: str,
    tell: Callable[[str], None],
    env: dict[str, str],
    *,
    server: str = "uvicorn",
) -> dict[str, Any]:
    """Return the figures of one server under the load."""
    with serving(application, env, server) as (port, process):
        idle = psutil.Process(process.pid).memory_info().rss
        with clients(f"ws://127.0.0.1:{port}{path}", env) as client:
            rss = psutil.Process(process.pid).memory_info().rss
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write(b"go\n")
            client.stdin.flush()
            began = time.monotonic()
            for number in range(RATE * SECONDS):
                due = began + number / RATE
                time.sleep(max(0.0, due - time.monotonic()))
                tell(f"stamp {time.time():.6f}")
            delays = sorted(json.loads(client.stdout.readline()))
    return {
        "server": name,
        "expected": SOCKETS * RATE * SECONDS,
        "delivered": len(delays),
        **{f"p{p}_ms": quantile(delays, p) for p in (50, 95, 99)},
        "kb_per_socket": round((rss - idle) / SOCKETS / 1024, 1),
    }


def quantile(delays: list[float], percent: int) -> float:
    """Return the percentile in milliseconds."""
    if len(delays) < 2:
        return float("nan")
    return round(statistics.quantiles(delays, n=100)[percent - 1] * 1000, 1)


@contextmanager
def serving(
    application: str, env: dict[str, str], server: str
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run the application under a real server."""
    port = free_port()
    commands = {
        "uvicorn": [*UVICORN, *QUIET, "--port", str(port), application],
        "daphne": ["-m", "daphne", "-p", str(port), "-v", "0", application],
    }
    process = subprocess.Popen([sys.executable, *commands[server]], cwd=ROOT, env=env)
    try:
        wait_for(port)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def clients(url: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Open all sockets in another process."""
    command = [sys.executable, "-m", "benchmarks.sockets", url, str(SOCKETS)]
    process = subprocess.Popen(
        [*command, str(SECONDS + 3)],
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


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    import socket

    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"Nothing listens on {port}.")


def main() -> None:
    """Measure all servers, print a table, write JSON."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:
        env = environment(
            Path(folder), REDIS_URL=redis.url, BROKER_URL=redis.database(1)
        )
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ.update(env)
        from benchmarks import product, telling  # after the environment is set

        product.prepare()
        ours = {**env, **product.client_environment()}
        rows = [
            measure(
                "floor (no framework)",
                "benchmarks.peers:floor",
                "/",
                telling.floor,
                env,
            ),
            measure(
                "Sightline's hub, uvicorn",
                "config.asgi:application",
                "/ws/v1/tasks/",
                product.tell,
                ours,
            ),
            measure(
                "stock Channels, uvicorn",
                "benchmarks.peers:stock",
                "/",
                telling.stock,
                env,
            ),
        ]
        if os.environ.get("DAPHNE", "1") == "1":
            rows += [
                measure(
                    "Sightline's hub, daphne",
                    "config.asgi:application",
                    "/ws/v1/tasks/",
                    product.tell,
                    ours,
                    server="daphne",
                ),
                measure(
                    "stock Channels, daphne",
                    "benchmarks.peers:stock",
                    "/",
                    telling.stock,
                    env,
                    server="daphne",
                ),
            ]
    show(rows)


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table and write `var/bench/realtime.json`."""
    print(f"{SOCKETS} sockets, {RATE} updates/s to all, {SECONDS} s")
    names = list(rows[0])
    for row in [dict(zip(names, names, strict=True)), *rows]:
        print(
            "  ".join(
                f"{row[name]!s:>26}" if name == "server" else f"{row[name]!s:>13}"
                for name in names
            )
        )
    target = ROOT / "var" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    (target / "realtime.json").write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
