"""The processes: keeper, workers and beat, by the rows they write of themselves."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, Sum
from django.utils import timezone

from tasks_app.models import Beat, KeeperLock, TaskCount, Worker

from .looking import Look

LATE: Final = 60.0  # seconds by which a schedule may be late
NO_BEAT: Final = "no beat is there"


def keeper() -> Look:
    """Whether one of the keepers is active."""
    return Look("" if KeeperLock.objects.held() else "no keeper is active")


def workers() -> Look:
    """Whether one is there, how much they can do at once, and what waits for them."""
    found = Worker.objects.alive().aggregate(number=Count("pk"), slots=Sum("slots"))
    figures = {
        "workers": found["number"],
        "slots": found["slots"] or 0,
        "pending_tasks": TaskCount.objects.pending(),
    }
    return Look("" if found["number"] else "no worker is there", figures)


def beat() -> Look:
    """Whether one is there, and keeps to the schedules."""
    newest = Beat.objects.alive().order_by("-seen_at").first()
    if newest is None:
        return Look(NO_BEAT)
    silent = (timezone.now() - newest.seen_at).total_seconds()
    figures = {
        "lag_seconds": round(newest.lag_seconds, 1),
        "seen_seconds_ago": round(max(0.0, silent), 1),
    }
    if newest.lag_seconds > LATE:
        return Look(f"schedules are {newest.lag_seconds:,.0f} s late", figures)
    return Look(figures=figures)
