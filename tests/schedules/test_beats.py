"""Real beats: killed over slots, without a broker, and what is known of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tasks_app.models import Beat, Schedule, Task
from tests.processes import (
    PATIENCE,
    Processes,
    wait_for_status,
    wait_until,
)
from tests.servers import free_port

from .plans import every, schedule, slots

STEP = 2  # seconds between two slots
PRUNE = '{"operation": "workshop.echo"}'


@pytest.fixture
def alone(processes: Processes) -> None:
    PeriodicTask.objects.all().delete()


def now_made(name: str = "Echo", **more: Any) -> Schedule:
    return schedule(every(STEP), since=timezone.now(), name=name, kwargs=PRUNE, **more)


def wait_for_slots(made: Schedule, count: int, outcome: str = "submitted") -> None:
    wait_until(
        lambda: made.runs.filter(outcome=outcome).count() >= count,
        what=f"{count} {outcome} slots of {made}",
    )


def dealt_with(made: Schedule) -> list[datetime]:
    """All slots, oldest first."""
    return list(made.runs.order_by("slot").values_list("slot", flat=True))


def gaps(found: list[datetime]) -> set[timedelta]:
    return {later - earlier for earlier, later in pairwise(found)}


@pytest.mark.usefixtures("alone")
def test_a_beat_killed_over_three_slots_follows_the_policies(
    processes: Processes, tmp_path: Path
) -> None:
    late = {"LATE_SECONDS": "1", "DATA_DIR": str(tmp_path)}
    beat = processes.beat(**late)
    made = {name: now_made(name, missed=name) for name in ("skip", "once", "all")}
    for each in made.values():
        wait_for_slots(each, 2)
    beat.kill()
    killed_at = timezone.now()
    over = killed_at + timedelta(seconds=4 * STEP)
    wait_until(lambda: timezone.now() > over, what="three slots")
    back_at = timezone.now()

    processes.beat(**late)

    for each in made.values():
        wait_for_slots(each, 4)
        wait_until(lambda each=each: dealt_with(each)[-1] > back_at, what="its return")  # type: ignore[misc]
        assert gaps(dealt_with(each)) == {timedelta(seconds=STEP)}  # each slot once
    away = {
        name: [slot for slot in slots(each) if killed_at < slot <= back_at]
        for name, each in made.items()
    }
    assert len(away["all"]) >= 3
    assert slots(made["all"], "missed") == []
    # What is on time when the beat is back is no missed slot.
    assert len(away["skip"]) <= 1
    assert len(away["once"]) <= 1
    assert len(slots(made["skip"], "missed")) >= 3
    assert len(slots(made["once"], "missed")) >= 2
    submitted = sum(len(slots(each)) for each in made.values())
    assert Task.objects.count() == submitted


@pytest.mark.usefixtures("alone")
def test_a_beat_works_while_the_broker_is_away(
    processes: Processes, tmp_path: Path
) -> None:
    theirs = every(1)
    theirs.save()
    PeriodicTask.objects.create(name="theirs", task="their.task", interval=theirs)
    broker = f"redis://127.0.0.1:{free_port()}/0"
    made = now_made()

    beat = processes.beat(BROKER_URL=broker, DATA_DIR=str(tmp_path))

    wait_for_slots(made, 4)
    assert gaps(slots(made)) == {timedelta(seconds=STEP)}
    assert beat.alive
    beat.kill()
    processes.worker(concurrency=1)
    processes.keeper()
    for task in Task.objects.all():
        wait_for_status(task, "completed")


@pytest.mark.usefixtures("alone")
def test_a_beat_sends_plans_of_others_as_celery_does_and_shows_that_it_looks(
    processes: Processes, tmp_path: Path
) -> None:
    theirs = every(1)
    theirs.save()
    PeriodicTask.objects.create(name="theirs", task="their.task", interval=theirs)
    made = now_made()
    processes.worker(concurrency=1)

    beat = processes.beat(DATA_DIR=str(tmp_path))

    wait_for_slots(made, 1)
    task = Task.objects.all()[0]
    assert (task.operation, task.source) == ("workshop.echo", "schedule")
    wait_for_status(task, "completed")
    wait_until(
        lambda: beat.logged.count("Sending due task theirs") >= 2, what="their task"
    )
    assert "Sending due task Echo" not in beat.logged
    sign = tmp_path / "beat"
    touched = sign.stat().st_mtime
    wait_until(
        lambda: sign.stat().st_mtime > touched,
        what="the beat to look at the schedules again",
    )


@pytest.mark.usefixtures("alone")
def test_a_beat_says_that_it_is_there_and_is_missed_when_all_stop(
    processes: Processes, tmp_path: Path
) -> None:
    now_made()
    first, second = (processes.beat(DATA_DIR=str(tmp_path)) for _ in range(2))
    wait_until(lambda: Beat.objects.alive().count() == 2, what="two beats")
    row = Beat.objects.get(name__endswith=f":{second.pid}")
    wait_until(
        lambda: Beat.objects.get(pk=row.pk).seen_at > row.seen_at,
        what="another heartbeat",
    )
    assert 0 <= Beat.objects.get(pk=row.pk).lag_seconds < PATIENCE

    first.kill()
    wait_until(
        lambda: list(Beat.objects.all()) == [row],
        what="the dead one to be forgotten, since another does the work",
    )
    second.stop()

    assert Beat.objects.get() == row  # it stays, to be missed
    wait_until(
        lambda: not Beat.objects.alive().exists(),
        what="the beat to be missed",
    )
