"""A schedule submits ordinary tasks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.operations.schedules import submit_scheduled
from tests.processes import Processes, wait_for_status, wait_until


@pytest.mark.django_db
def test_the_nightly_pruning_is_shipped() -> None:
    nightly = PeriodicTask.objects.get(name="Nightly clean-up")

    assert nightly.enabled
    assert nightly.task == submit_scheduled.name
    assert json.loads(nightly.kwargs) == {"operation": "maintenance.prune"}
    assert (nightly.crontab.hour, nightly.crontab.minute) == ("2", "0")


@pytest.mark.django_db
def test_a_schedule_submits_an_ordinary_task() -> None:
    submit_scheduled("workshop.echo", params={"text": "hi"})

    task = Task.objects.get()
    assert (task.source, task.owner, task.status) == ("schedule", None, "pending")
    assert task.params == {"text": "hi"}
    assert [event.actor for event in task.events.all()] == ["schedule"]


@pytest.mark.django_db
def test_a_schedule_of_something_unknown_says_so() -> None:
    with pytest.raises(InvalidInputError, match="There is no operation"):
        submit_scheduled("workshop.nothing")
    assert not Task.objects.exists()


def test_the_beat_submits_what_a_schedule_asks_for_and_shows_that_it_works(
    processes: Processes, tmp_path: Path
) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
    PeriodicTask.objects.create(
        name="Each second",
        task="tasks_app.submit_scheduled",
        interval=every,
        kwargs=json.dumps({"operation": "maintenance.prune"}),
    )
    processes.worker(concurrency=1)
    processes.beat(DATA_DIR=str(tmp_path))

    task = wait_until(Task.objects.first, seconds=20, what="a task of the schedule")
    assert (task.operation, task.source) == ("maintenance.prune", "schedule")
    wait_for_status(task, "completed")
    sign = tmp_path / "beat"
    wait_until(sign.exists, what="the beat to show that it looked")
    touched = sign.stat().st_mtime
    wait_until(
        lambda: sign.stat().st_mtime > touched,
        what="the beat to look at the schedules again",
    )
