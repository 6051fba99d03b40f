"""What is to become of slots that passed, by the policy for missed ones. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Final

from tasks_app.models.schedule import LATE, Missed

from .rules import Rule

PORTION: Final = 100  # slots of one schedule that are made up for in one turn
NOTED: Final = 20  # missed slots that get a row; the rest is a number
COUNTED: Final = 10_000  # slots that are counted; of more only the newest are looked at
SPANS: Final = (3_600, 86_400, 30 * 86_400, 400 * 86_400)  # seconds


@dataclass(frozen=True, slots=True)
class Due:
    """Slots to deal with, oldest first, and how many older ones are left out."""

    slots: Sequence[datetime]
    left_out: int = 0
    is_exact: bool = True  # otherwise at least so many were left out

    @property
    def until(self) -> datetime:
        """Up to where slots are dealt with then."""
        return self.slots[-1]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the slot is submitted, and what is to be said of it."""

    slot: datetime
    is_submitted: bool
    message: str = ""


def due(rule: Rule, *, after: datetime, now: datetime, missed: str) -> Due:
    """Return the slots after `after` that have come."""
    found = _passed(rule, after, now)
    if missed == Missed.ALL:
        return Due(list(islice(found, PORTION)))
    slots = list(islice(found, COUNTED + 1))
    if len(slots) > COUNTED:
        newest = _newest(rule, after, now)
        return Due(newest, left_out=COUNTED + 1 - len(newest), is_exact=False)
    late = [slot for slot in slots if _is_missed(slot, now)]
    left_out = max(0, len(late) - NOTED)
    return Due(slots[left_out:], left_out=left_out)


def decide(due: Due, *, now: datetime, missed: str) -> list[Decision]:
    """Return what is to become of each slot."""
    if missed == Missed.ALL:
        return [Decision(slot, is_submitted=True) for slot in due.slots]
    made_up = due.slots[-1] if missed == Missed.ONCE else None
    decisions = []
    for number, slot in enumerate(due.slots):
        is_submitted = slot == made_up or not _is_missed(slot, now)
        message = "" if is_submitted else _message(due, number, made_up)
        decisions.append(Decision(slot, is_submitted, message))
    return decisions


def _passed(rule: Rule, after: datetime, now: datetime) -> takewhile[datetime]:
    return takewhile(lambda slot: slot <= now, rule.after(after))


def _newest(rule: Rule, after: datetime, now: datetime) -> list[datetime]:
    """Return the last slots, without a look at all of the years before them."""
    for seconds in SPANS:
        start = max(after, _before(now, seconds))
        slots = list(_passed(rule, start, now))
        if len(slots) >= NOTED:
            break
    fresh = sum(not _is_missed(slot, now) for slot in slots)
    return slots[-(NOTED + fresh) :]


def _before(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(now.timestamp() - seconds, tz=now.tzinfo)


def _is_missed(slot: datetime, now: datetime) -> bool:
    return now - slot > LATE


def _message(due: Due, number: int, made_up: datetime | None) -> str:
    text = "No beat was there."
    if made_up is not None:
        text += f" The task of {made_up:%Y-%m-%d %H:%M:%S} UTC makes up for it."
    if number == 0 and due.left_out:
        least = "" if due.is_exact else "at least "
        text += f" So were {least}{due.left_out:,} slots before it."
    return text
