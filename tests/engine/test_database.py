"""The database under load, and gone for a moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from tasks_app.models import Task, TaskEvent
from tests.processes import Processes, wait_for_status, wait_until

from .asking import ask, attempt, marks

WRITE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from tasks_app import lifecycle
from tests.engine.asking import ask
for number in range(40):
    task = lifecycle.claim(str(ask("echo").pk), worker="w")
    task = lifecycle.step(task, key="k", message="m", data={})
    task = lifecycle.progress(task, current=1, total=2, message="half")
    lifecycle.complete(lifecycle.renew(task), result={})
print("done")
os._exit(0)
"""
TERMINATE = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_no_writer_is_told_that_the_database_is_locked(processes: Processes) -> None:
    with ThreadPoolExecutor(4) as threads:
        ends = list(
            threads.map(lambda _: processes.python("-c", WRITE, seconds=240), range(4))
        )

    assert [end.stdout.split() for end in ends] == [["done"]] * 4, ends[0].stderr
    assert Task.objects.filter(status="completed", version=5).count() == 160
    assert TaskEvent.objects.count() == 160 * 4


def has_counted(mark: Path, count: int) -> bool:
    return len(marks(mark)) >= count


@pytest.mark.servers_only
def test_work_goes_on_when_the_database_ends_every_connection(
    processes: Processes, tmp_path: Path
) -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(TERMINATE)

    mark = tmp_path / "mark"
    worker = processes.worker(concurrency=1)
    keeper = processes.keeper()
    wait_for_status(ask("echo"), "completed")
    cut()  # idle
    wait_for_status(ask("echo"), "completed")

    task = ask("count", to=40, pause=0.05, mark=str(mark))
    for count in (5, 15, 25):
        wait_until(partial(has_counted, mark, count), what="numbers")
        cut()  # busy

    done = wait_for_status(task, "completed")
    assert (done.attempt, done.crash_count, done.error_count) == (1, 0, 0)

    hanging = ask("stubborn", seconds=1)
    attempt(hanging, 1)
    cut()  # it computes and writes when it ends
    assert wait_for_status(hanging, "completed").attempt == 1
    assert worker.alive
    assert keeper.alive
