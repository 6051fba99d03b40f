"""What it costs a worker to tell of a change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks.stage import quantiles, show, stage

TIMES = int(os.environ.get("TIMES", "2000"))


def cost(name: str, tell: Callable[[], Any], times: int) -> dict[str, Any]:
    """Return how long one call keeps the worker."""
    tell()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        tell()
        took.append(time.perf_counter() - began)
    return {"way": name, "calls": times, **quantiles(took)}


def main() -> None:
    """Measure, print a table, write JSON."""
    with stage():
        from benchmarks import product, telling  # after the environment is set
        from tasks_app import broadcast

        product.prepare()
        task = product.first()
        rows = [
            cost("Sightline", lambda: broadcast.task_changed(task), TIMES),
            cost("async_to_sync(group_send)", lambda: telling.stock("x"), TIMES // 10),
        ]
        broadcast.sender().flush()
    show("publishing", "Telling of one change, in the worker's time", rows)


if __name__ == "__main__":
    main()
