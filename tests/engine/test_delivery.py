"""Messages may come often, late or never: a task runs once, and it runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tasks_app.models import Task
from tasks_app.operations.publisher import Nudge, flush, send
from tests.processes import Processes, wait_for_status, wait_until

from .asking import NEVER, ask

DIE_AFTER_COMMIT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from tasks_app.operations import publisher
from tests.engine.asking import ask
publisher.Publisher.put = lambda self, nudge: os._exit(9)
ask("echo", text="orphan")
"""


def test_ten_deliveries_of_one_message_make_one_attempt(processes: Processes) -> None:
    task = ask("slow", seconds=1)
    nudge = Nudge(str(task.pk), task.version, task.operation, "default", 5)
    assert flush()

    def deliver(_: int) -> None:
        send(nudge)

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(deliver, range(10)))
    workers = [processes.worker(concurrency=4) for _ in range(2)]
    last = ask("echo", priority=0)

    wait_for_status(task, "completed")
    wait_for_status(last, "completed")
    wait_until(
        lambda: sum(worker.logged.count("] succeeded in") for worker in workers) >= 12,
        what="all twelve messages to be taken",
    )
    assert task.events.filter(to_status="processing").count() == 1
    assert Task.objects.get(pk=task.pk).attempt == 1


def test_after_a_crash_between_commit_and_publish_the_keeper_publishes(
    processes: Processes,
) -> None:
    """A sweep does, not the republication of what was published and is lost."""
    processes.worker(concurrency=1)
    processes.keeper(REPUBLISH_SECONDS=NEVER)

    died = processes.python("-c", DIE_AFTER_COMMIT)

    assert died.returncode == 9, died.stderr
    assert wait_for_status(Task.objects.get(), "completed").attempt == 1


def test_without_a_keeper_nobody_finds_what_was_not_published(
    processes: Processes,
) -> None:
    processes.python("-c", DIE_AFTER_COMMIT)
    task = Task.objects.get()
    processes.worker(concurrency=1)
    wait_for_status(ask("echo"), "completed")
    assert Task.objects.get(pk=task.pk).attempt == 0

    processes.keeper()

    wait_for_status(task, "completed")


def test_a_late_note_does_not_hide_a_task_that_waits_again(
    processes: Processes,
) -> None:
    """The worker is faster than the note that its message was sent."""
    processes.worker(concurrency=1)
    processes.keeper(REPUBLISH_SECONDS=NEVER)  # it would find what is hidden

    tasks = [ask("flaky", failures=1) for _ in range(20)]

    for task in tasks:
        row = wait_for_status(task, "completed")
        assert row.attempt == 2 + row.crash_count
