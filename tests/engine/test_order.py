"""What is urgent goes first."""

from __future__ import annotations

from tasks_app.models import TaskEvent
from tasks_app.operations.publisher import flush
from tests.processes import Processes, wait_for_status

from .asking import ask


def test_a_worker_takes_the_most_urgent_first(processes: Processes) -> None:
    tasks = {priority: ask("echo", priority=priority) for priority in (0, 5, 9, 2, 7)}
    assert flush()

    processes.worker(concurrency=1)

    for task in tasks.values():
        wait_for_status(task, "completed")
    begun = TaskEvent.objects.filter(to_status="processing").order_by("id")
    order = [event.task_id for event in begun]
    assert order == [tasks[priority].pk for priority in (9, 7, 5, 2, 0)]
