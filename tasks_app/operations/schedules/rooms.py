"""What the policy for overlaps lets in, asked for many schedules at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.schedule import Outcome, Overlap

MOST_WAITING: Final = 100


@dataclass(slots=True)
class Room:
    """Of one schedule; only what its policy needs to know was asked."""

    overlap: str
    is_busy: bool = False
    waiting: int = 0

    def take(self) -> tuple[str, str]:
        """Return what becomes of the next slot, and what is to be said of it."""
        is_free = not (self.is_busy or self.waiting)
        if self.overlap == Overlap.ALLOW or is_free:
            return Outcome.SUBMITTED, ""
        if self.overlap == Overlap.SKIP:
            return Outcome.OVERLAPPED, "The task before had not ended."
        if self.waiting >= MOST_WAITING:
            return Outcome.OVERLAPPED, f"{MOST_WAITING} slots wait already."
        self.waiting += 1
        return Outcome.WAITING, ""


def rooms(schedules: Iterable[Schedule]) -> dict[int, Room]:
    """Return the room of each schedule by its id."""
    found = {each.pk: Room(each.overlap) for each in schedules}
    limited = [pk for pk, room in found.items() if room.overlap != Overlap.ALLOW]
    queues = [pk for pk, room in found.items() if room.overlap == Overlap.QUEUE]
    if limited:
        runs = ScheduleRun.objects.unfinished().filter(schedule__in=limited)
        for pk in runs.order_by().values_list("schedule", flat=True).distinct():
            found[pk].is_busy = True
    if queues:
        slots = ScheduleRun.objects.waiting().filter(schedule__in=queues).order_by()
        for pk, number in slots.values_list("schedule").annotate(Count("pk")):
            found[pk].waiting = number
    return found
