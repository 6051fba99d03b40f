"""When a schedule submits: times in the zone of its rule, which is always said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format

from tasks_app.admin.words import ahead, lasting
from tasks_app.models.schedule import LATE
from tasks_app.operations.schedules import slots_after, zone_of

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

    from tasks_app.models import Schedule

SHOWN: Final = 5
COUNTED: Final = 100  # slots that nobody dealt with; more are “100+”


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment of the rule, in the zone of the rule."""

    at: datetime
    zone: tzinfo
    in_seconds: bool = False  # also where they are 0, since those beside it have some

    @property
    def words(self) -> str:
        """The local time: `Mon 23 Nov 2026, 02:00 CET`."""
        return self._said("D j M Y")

    @property
    def short(self) -> str:
        """The same without the year, unless it is another one."""
        is_near = self._here.year == timezone.localtime(timezone=self.zone).year
        return self._said("D j M" if is_near else "D j M Y")

    @property
    def ahead(self) -> str:
        return ahead(self.at)

    @property
    def _here(self) -> datetime:
        return timezone.localtime(self.at, self.zone)

    def _said(self, day: str) -> str:
        time = "H:i:s" if self.at.second or self.in_seconds else "H:i"
        return date_format(self._here, f"{day}, {time} T")


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next; where `late` says something, it should have come before."""

    next: Slot | None  # None: never
    late: str = ""
    waiting: str = ""  # how many slots, in words


def upcoming(plan: PeriodicTask, *, most: int = SHOWN) -> list[Slot]:
    """Return the next slots from now on."""
    zone = zone_of(plan)
    found = slots_after(plan, timezone.now(), most=most)
    in_seconds = any(at.second for at in found)
    return [Slot(at, zone, in_seconds) for at in found]


def due(schedule: Schedule) -> Due:
    """Return what a schedule that is on does next, and whether it is late now."""
    now, plan = timezone.now(), schedule.plan
    coming = next(iter(upcoming(plan, most=1)), None)
    if schedule.handled_until is None or schedule.handled_until > now:
        return Due(coming)
    open_since = next(iter(slots_after(plan, schedule.handled_until, most=1)), None)
    if open_since is None or now - open_since <= LATE:
        is_now = open_since is not None and open_since <= now
        return Due(Slot(open_since, zone_of(plan)) if is_now and open_since else coming)
    passed = slots_after(plan, schedule.handled_until, most=COUNTED)
    number = sum(slot <= now for slot in passed)
    many = f"{number}+" if number == COUNTED else str(number)
    return Due(
        coming,
        late=f"due since {lasting(now - open_since)}",
        waiting=f"{many} slot{'s' if number != 1 else ''} not dealt with",
    )
