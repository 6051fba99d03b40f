"""Old tasks are cleaned up by the hundred thousand while others submit and change some.

The bar: those who write wait no longer for the clean-up than they wait without it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from benchmarks.stage import ROOT, postgres_stage, quantiles, show

ROWS = int(os.environ.get("ROWS", "200000"))
SECONDS = int(os.environ.get("SECONDS", "60"))
ALONE: Final = 15  # seconds of writing with nothing beside it
WRITERS: Final = 2
HALF: Final[dict[str, Any]] = {"current": 1, "total": 2, "message": "half"}
OWNERS: Final = 200
PAST: Final = """
    UPDATE tasks_app_task SET expires_at = now() - interval '1 hour'
    WHERE expires_at IS NOT NULL
"""
HISTORY: Final = """
    INSERT INTO tasks_app_taskevent (task_id, version, kind, from_status, to_status,
        step, message, data, actor, source, request_id, attempt, at)
    SELECT id, number, 'status', '', status, '', 'It was done.', '{}', '', 'api', '',
        1, now()
    FROM tasks_app_task, generate_series(1, 4) number
"""


def fill() -> None:
    """Make tasks that have ended long ago, with what they left in the history."""
    from django.contrib.auth.models import User
    from django.db import connection

    from benchmarks.lists import FILL

    people = (User(username=f"user-{number}") for number in range(OWNERS))
    User.objects.bulk_create(people)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(FILL, {"rows": ROWS, "owners": OWNERS})
        for statement in (PAST, HISTORY, "ANALYZE"):
            cursor.execute(statement)


def write(took: list[float], ends_at: float) -> None:
    """Submit tasks and take each to its end; note how long every change took."""
    from django.db import connection

    from tasks_app import lifecycle
    from tasks_app.events import Origin, Source

    def timed(change: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        changed = change()
        took.append(time.perf_counter() - began)
        return changed

    origin = Origin(actor="writer", source=Source.API)
    fields: Any = {"operation": "files.process", "title": "one", "queue": "default"}
    while time.time() < ends_at:
        task = timed(partial(lifecycle.create, origin=origin, **fields))
        task = timed(partial(lifecycle.claim, str(task.pk), worker="writer"))
        task = timed(partial(lifecycle.progress, task, **HALF))
        timed(partial(lifecycle.complete, task, result={}))
    connection.close()


def writers(seconds: float) -> None:
    """Write for so long, in a process of its own; print how long each change took."""
    import django

    django.setup()
    took: list[float] = []
    given = (took, time.time() + seconds)
    threads = [threading.Thread(target=write, args=given) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(took))


@contextmanager
def beside(name: str, seconds: float, rows: list[dict[str, Any]]) -> Iterator[None]:
    """Let others write; add a row about how long their changes took."""
    command = [sys.executable, "-m", "benchmarks.pruning", "writers", str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        yield
        took = json.loads(process.communicate()[0])
    finally:
        process.kill()
    most = {"most_ms": round(max(took) * 1000, 1)}
    rows.append({"what": name, "number": len(took), **quantiles(took), **most})


def clean_up(seconds: float, rows: list[dict[str, Any]]) -> None:
    """Remove old tasks as the operation does; add a row about its batches."""
    from tasks_app import lifecycle
    from tasks_app.operations.maintenance.cleanup import BREATH

    took: list[float] = []
    ends_at = time.monotonic() + seconds
    gone = 0
    while time.monotonic() < ends_at:
        began = time.perf_counter()
        batch = len(lifecycle.prune_some())
        took.append(time.perf_counter() - began)
        if not batch:
            break
        gone += batch
        time.sleep(BREATH)
    name = f"{gone:,} tasks removed, by batch"
    most = {"most_ms": round(max(took) * 1000, 1)}
    rows.append({"what": name, "number": len(took), **quantiles(took), **most})


def main() -> None:
    """Measure, print a table, write JSON."""
    with postgres_stage():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill()
        rows: list[dict[str, Any]] = []
        with beside("changes, nothing beside them", ALONE, rows):
            pass
        with beside("changes, beside the clean-up", SECONDS, rows):
            clean_up(SECONDS, rows)
    show("pruning", f"Cleaning up beside {WRITERS} who write, {ROWS:,} old tasks", rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["writers"]:
        writers(float(sys.argv[2]))
    else:
        main()
