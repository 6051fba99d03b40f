"""Many tasks changing at once before many watchers, each of whom watches all of them.

The bar: every watcher ends on the last version of every task, no socket gets more than
four frames a second, and a change is seen within 400 ms at p99.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from benchmarks.crowd import END
from benchmarks.stage import clients, paced, quantiles, serving, show, stage

SOCKETS = int(os.environ.get("SOCKETS", "1500"))
TASKS = int(os.environ.get("TASKS", "200"))
RATE = int(os.environ.get("CHANGES", "200"))  # changes a second, of all tasks together
SECONDS = int(os.environ.get("SECONDS", "10"))
AFTER = 6  # seconds to wait for the last frames


def measure(env: dict[str, str]) -> dict[str, Any]:
    """Return the figures."""
    from benchmarks import product  # after the environment is set

    product.prepare(TASKS)
    ours = {**env, **product.client_environment()}
    with serving("config.asgi:application", ours) as (port, _):
        url = f"ws://127.0.0.1:{port}/ws/v1/tasks/"
        with clients("crowd", url, SOCKETS, SECONDS + AFTER, ours) as client:
            assert client.stdout is not None
            began = time.monotonic()
            for number in paced(client, RATE * SECONDS, RATE):
                product.tell(f"stamp {time.time():.6f}", number % TASKS)
            took = time.monotonic() - began
            for number in range(TASKS):
                product.tell(END, number)
            seen = json.loads(client.stdout.readline())
    return {
        "server": "Sightline, uvicorn",
        "changes_s": round(RATE * SECONDS / took),
        "watchers": SOCKETS,
        "at_the_end": sum(ends == TASKS for ends in seen["ends"]),
        "frames_s_most": round(max(seen["frames_s"]), 2),
        **quantiles(sorted(seen["delays"])),
    }


def main() -> None:
    """Measure, print a table, write JSON."""
    with stage() as env:
        row = measure(env)
    title = f"{TASKS} tasks, {RATE} changes/s, {SOCKETS} sockets watching all of them"
    show("busy", title, [row])


if __name__ == "__main__":
    main()
