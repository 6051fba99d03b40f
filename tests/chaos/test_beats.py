"""Beats that are killed and come back, two at a time: each slot exactly once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tasks_app.models import Schedule, Task
from tests.processes import Processes, wait_until
from tests.schedules.plans import every, schedule, slots

from .profile import PROFILE, SEED

STEPS: Final = (1, 2)  # seconds between the slots
POLICIES: Final = ("skip", "once", "all")


def test_two_beats_that_are_killed_deal_with_each_slot_once(
    processes: Processes, tmp_path: Path, account: Callable[[str], None]
) -> None:
    PeriodicTask.objects.all().delete()
    chance = random.Random(SEED)
    env = {"LATE_SECONDS": "1", "DATA_DIR": str(tmp_path)}
    beats = [processes.beat(**env) for _ in range(2)]
    began, kills = timezone.now(), 0
    made = [
        schedule(every(step), since=began, name=f"{missed} {step}", missed=missed)
        for step in STEPS
        for missed in POLICIES
    ]
    end = time.monotonic() + PROFILE.beat_seconds
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 4))  # the life of a beat
        victims = beats if chance.random() < 0.5 else beats[:1]
        for beat in victims:
            beat.kill()
            kills += 1
        beats = [*beats[len(victims) :], *(processes.beat(**env) for _ in victims)]

    until = timezone.now()
    for each in made:
        caught_up = Schedule.objects.filter(pk=each.pk, handled_until__gt=until)
        wait_until(caught_up.exists, what=f"{each} to catch up")
        _is_whole(each)
    for beat in beats:
        beat.kill()
    submitted = sum(each.runs.filter(outcome="submitted").count() for each in made)
    assert Task.objects.count() == submitted
    account(f"{submitted} slots submitted by beats that were killed {kills} times")


def _is_whole(made: Schedule) -> None:
    """Each slot from the first to the last is there once, by its policy."""
    step = timedelta(seconds=made.plan.interval.every)
    found = list(made.runs.order_by("slot").values_list("slot", flat=True))
    wanted = [found[0] + number * step for number in range(len(found))]
    assert found == wanted, made
    assert found[0] - made.plan.date_changed <= step
    if made.missed == "all":
        assert slots(made) == found
