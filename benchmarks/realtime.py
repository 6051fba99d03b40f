"""Updates to many sockets: the hub against stock Channels and against the floor.

All in one run, with the same Redis, the same client in another process, and stamps from
the same clock. `SOCKETS`, `RATE` and `SECONDS` choose the load.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import psutil

from benchmarks.stage import clients, paced, quantiles, serving, show, stage

SOCKETS = int(os.environ.get("SOCKETS", "1500"))
RATE = int(os.environ.get("RATE", "5"))  # updates a second, each to every socket
SECONDS = int(os.environ.get("SECONDS", "10"))


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
        url = f"ws://127.0.0.1:{port}{path}"
        with clients("sockets", url, SOCKETS, SECONDS + 3, env) as client:
            rss = psutil.Process(process.pid).memory_info().rss
            assert client.stdout is not None
            for _ in paced(client, RATE * SECONDS, RATE):
                tell(f"stamp {time.time():.6f}")
            delays = sorted(json.loads(client.stdout.readline()))
    return {
        "server": name,
        "expected": SOCKETS * RATE * SECONDS,
        "delivered": len(delays),
        **quantiles(delays),
        "kb_per_socket": round((rss - idle) / SOCKETS / 1024, 1),
    }


def main() -> None:
    """Measure all servers, print a table, write JSON."""
    with stage() as env:
        from benchmarks import product, telling  # after the environment is set

        product.prepare()
        ours = {**env, **product.client_environment()}
        sightline = ("config.asgi:application", "/ws/v1/tasks/", product.tell, ours)
        stock = ("benchmarks.peers:stock", "/", telling.stock, env)
        floor = ("benchmarks.peers:floor", "/", telling.floor, env)
        rows = [
            measure("floor (no framework)", *floor),
            measure("Sightline, uvicorn", *sightline),
            measure("stock Channels, uvicorn", *stock),
        ]
        if os.environ.get("DAPHNE", "1") == "1":
            rows += [
                measure("Sightline, daphne", *sightline, server="daphne"),
                measure("stock Channels, daphne", *stock, server="daphne"),
            ]
    show("realtime", f"{SOCKETS} sockets, {RATE} updates/s to all, {SECONDS} s", rows)


if __name__ == "__main__":
    main()
