"""How much of a CPU a beat takes with a hundred schedules, on PostgreSQL.

In a house few are due each minute. The second row is one where all are, and the beat
writes a hundred tasks. Each takes five minutes, so that all that is often due comes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psutil

from benchmarks.stage import ROOT, postgres_stage, show

SECONDS = float(os.environ.get("SECONDS", "300"))
WARM_SECONDS: Final = 8  # to import everything, and to meet every schedule
COUNT: Final = 100
BAR: Final = 1.0  # percent of a CPU
HOUSE: Final = ("{} * * * *", "{} 3 * * *", "*/15 * * * *", "*/5 * * * *", "{} * * * 1")
MINUTES: Final = ("* * * * *",)
AS_SHIPPED: Final = {"HEARTBEAT_SECONDS": "10"}  # not as often as in tests
BEAT: Final = [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile="]
CASES: Final = {"a house": HOUSE, "all each minute": MINUTES}


def prepare(rules: tuple[str, ...]) -> None:
    """Make the schedules, in a process of its own, and no others."""
    import django

    django.setup()
    from django.core.management import call_command
    from django_celery_beat.models import CrontabSchedule, PeriodicTask

    call_command("migrate", verbosity=0)
    PeriodicTask.objects.all().delete()
    for number in range(COUNT):
        kind, of_it = number % len(rules), number // len(rules)
        rule = rules[kind].format(of_it * 3 % 60)  # spread over the hour
        names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        crontab = CrontabSchedule.objects.create(
            **dict(zip(names, rule.split(), strict=True)), timezone="Europe/Berlin"
        )
        PeriodicTask.objects.create(
            name=f"Schedule {number}",
            task="tasks_app.submit_scheduled",
            crontab=crontab,
            kwargs='{"operation": "workshop.echo"}',
        )


def submitted() -> None:
    """Print how many slots were submitted."""
    import django

    django.setup()
    from tasks_app.models import ScheduleRun

    print(ScheduleRun.objects.filter(outcome="submitted").count())


@contextmanager
def beating(env: dict[str, str]) -> Iterator[psutil.Process]:
    """Run a beat as it is shipped."""
    process = subprocess.Popen(
        BEAT, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def asked(what: str, *arguments: str, env: dict[str, str]) -> str:
    """Return what another process prints that does `what` of this module."""
    command = [sys.executable, "-m", "benchmarks.beat", what, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
    return done.stdout.decode().strip()


def measure(name: str, env: dict[str, str]) -> dict[str, Any]:
    """Return a row of the table."""
    asked("prepare", json.dumps(CASES[name]), env=env)
    with beating(env) as beat:
        time.sleep(WARM_SECONDS)
        before, began = sum(beat.cpu_times()[:2]), time.monotonic()
        time.sleep(SECONDS)
        used = sum(beat.cpu_times()[:2]) - before
        percent = 100 * used / (time.monotonic() - began)
        memory = round(beat.memory_info().rss / 1e6)
    return {
        "schedules": name,
        "CPU %": round(percent, 2),
        "MB": memory,
        "submitted": int(asked("submitted", env=env)),
    }


def main() -> None:
    """Measure, print a table, write JSON."""
    with postgres_stage() as env:
        env |= AS_SHIPPED
        rows = [measure(name, env) for name in CASES]
    show("beat", f"A beat with {COUNT} schedules; the bar is {BAR} % of a CPU", rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        prepare(tuple(json.loads(sys.argv[2])))
    elif sys.argv[1:2] == ["submitted"]:
        submitted()
    else:
        main()
