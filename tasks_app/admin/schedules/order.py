"""The order of the list, and which part of it a page shows.

It is known without reading what only the page of a schedule needs, so that a thousand
are put into order as a hundred are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.utils import timezone

from tasks_app.admin.words import counted
from tasks_app.models.schedule import LATE
from tasks_app.operations.schedules import Glance, first_after, glances

SHOWN: Final = 50  # on one page
NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """The schedules of one page by their ids, in order, and how many there are."""

    pks: list[int]
    number: int
    pages: int
    counts: str  # of all pages, in words
    lost: list[str]  # names of those that no page can show

    @property
    def before(self) -> int:
        """The page before, 0 on the first."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The page after, 0 on the last."""
        return self.number + 1 if self.number < self.pages else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schedule stands in the list."""

    pk: int
    name: str
    is_on: bool
    is_sound: bool  # its rule can be read
    slot: datetime | None  # that is dealt with next

    @property
    def order(self) -> tuple[bool, bool, datetime, str]:
        """On first, of these trouble, then what is due first: also what is late."""
        is_well = self.is_sound or not self.is_on
        return not self.is_on, is_well, self.slot or NEVER, self.name


def part(page: str) -> Part:
    """Return what the page of this number shows."""
    known = list(glances())
    places = sorted(_places(known), key=lambda each: each.order)
    pages = max(1, -(-len(places) // SHOWN))
    number = _number(page, pages)
    shown = places[(number - 1) * SHOWN : number * SHOWN]
    lost = sorted(each.name for each in known if each.is_lost)
    return Part([each.pk for each in shown], number, pages, _counts(places), lost)


def _places(known: list[Glance]) -> list[Place]:
    return [
        Place(
            pk=each.schedule,
            name=each.name,
            is_on=each.is_on,
            is_sound=each.reading.rule is not None,
            slot=_slot(each),
        )
        for each in known  # of a plan without a schedule no beat has seen anything yet
        if each.schedule is not None and not each.is_lost
    ]


def _slot(glance: Glance) -> datetime | None:
    rule, since = glance.reading.rule, glance.handled_until
    if rule is None or not glance.is_on:
        return None
    return first_after(rule, since or timezone.now().replace(second=0, microsecond=0))


def _counts(places: list[Place]) -> str:
    on = [each for each in places if each.is_on]
    limit = timezone.now() - LATE
    late = sum(each.slot is not None and each.slot < limit for each in on)
    broken = sum(not each.is_sound for each in on)
    said = {
        f"{len(on):,} on": 1,
        f"{len(places) - len(on):,} off": len(places) - len(on),
        f"{late:,} late": late,
        f"{broken:,} with a rule that cannot be read": broken,
    }
    words = ", ".join(text for text, number in said.items() if number)
    return f"{counted(len(places), 'schedule')}: {words}."


def _number(text: str, pages: int) -> int:
    """Return the page, from 1 on; the first for what is no page."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    return min(max(1, number), pages)
