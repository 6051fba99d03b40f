"""What becomes of missed slots and of slots that overlap, explained for the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tasks_app.models.schedule import Missed, Overlap

MISSED: Final[dict[str, str]] = {
    Missed.SKIP: "Nothing is submitted for slots that passed while no beat ran.",
    Missed.ONCE: "One task for the latest of them; the others are noted as missed.",
    Missed.ALL: "A task for each of them, as soon as a beat runs again.",
}
OVERLAP: Final[dict[str, str]] = {
    Overlap.ALLOW: "Tasks of this schedule may run side by side.",
    Overlap.SKIP: "Nothing is submitted, and the slot is noted as left out.",
    Overlap.QUEUE: "The slot waits, and is submitted when the task before has ended.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    about: str
    is_chosen: bool


def missed(value: str) -> list[Choice]:
    """Return what may be done about slots that passed without a beat."""
    return [
        Choice(each.value, str(each.label), MISSED[each], each == value)
        for each in Missed
    ]


def overlap(value: str) -> list[Choice]:
    """Return what may be done about a slot whose predecessor still runs."""
    return [
        Choice(each.value, str(each.label), OVERLAP[each], each == value)
        for each in Overlap
    ]
