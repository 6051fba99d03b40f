"""Why a task waits, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from tasks_app.models.waiting import MOST, Reason, Waiting

from .words import about, ago, counted, lasting

if TYPE_CHECKING:
    from datetime import datetime

    from tasks_app.models import Task

PLAIN: Final = {
    Reason.REPORTER: "It waits for a reporter: a program outside takes it when it asks"
    " for work.",
    Reason.UNSENT: "The broker was not told of it yet. This is tried again every few"
    " seconds.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence; where it counts down to `until`, `rest` is what that leaves now."""

    text: str
    until: datetime | None = None
    rest: str = ""


def told(waits: Waiting, task: Task) -> Told:
    """Return why `task` waits, for people."""
    if waits.until is not None:
        rest = lasting(waits.until - timezone.now())
        return Told(_until(waits, task), until=waits.until, rest=rest)
    if waits.reason == Reason.PAUSED:
        by = f" by {waits.by}" if waits.by else ""
        when = ago(waits.since)
        return Told(f"Paused{by} {when}. It goes on when somebody resumes it.")
    if waits.reason == Reason.QUESTION:
        when = ago(waits.since)
        return Told(f"Asked {when}. It goes on when somebody answers.")
    if waits.reason == Reason.QUEUED:
        return Told(f"{_place(waits, task.queue)} {_start(waits)}".strip())
    if waits.reason == Reason.NO_WORKER:
        text = f"No worker serves the queue “{task.queue}”."
        return Told(f"{text} It starts as soon as there is one.")
    return Told(PLAIN[waits.reason])


def _until(waits: Waiting, task: Task) -> str:
    if waits.reason == Reason.DELAYED:
        return "It was asked to wait. It may start in"
    return f"Attempt {task.attempt} of {task.max_attempts} failed. The next try is in"


def _place(waits: Waiting, queue: str) -> str:
    ahead = waits.ahead or 0
    if not ahead:
        next_one = "It is next in" if waits.is_exact else "It waits for its turn in"
        return f"{next_one} the queue “{queue}”."
    more = "" if waits.is_exact else "More than " if ahead >= MOST else "At least "
    verb = "is" if ahead == 1 else "are"
    return f"{more}{counted(ahead, 'task')} {verb} before it in the queue “{queue}”."


def _start(waits: Waiting) -> str:
    if waits.starts_in is None:
        return "Nothing started there in the last minutes." if waits.ahead else ""
    if not waits.is_exact:
        return f"It starts in {about(waits.starts_in)} at the earliest."
    return f"It should start in {about(waits.starts_in)}."
