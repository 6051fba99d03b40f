"""The search form of the list: its menus, and what can be taken away again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format

from tasks_app.events import Source
from tasks_app.models.paging import NEWEST_FIRST

from .rows import titles

if TYPE_CHECKING:
    from .filters import Asked

SPANS: Final = {
    "1h": "Last hour",
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
}
ORDERS: Final = {
    "-created_at": "Newest first",
    "created_at": "Oldest first",
    "-status_updated_at": "Changed last",
    "status_updated_at": "Longest unchanged",
    "-finished_at": "Ended last",
    "finished_at": "Not ended, then ended first",
    "-priority": "Most urgent first",
    "priority": "Least urgent first",
    "status": "By status",
    "-status": "By status, backwards",
    "operation": "By operation",
    "-operation": "By operation, backwards",
}
CHIPS: Final = {
    "source": "Source",
    "queue": "Queue",
    "priority": "Priority",
    "batch": "Batch",
    "error_group": "Failed alike",
    "created_after": "Created from",
    "created_before": "Created before",
    "finished_after": "Ended from",
    "finished_before": "Ended before",
}
MOMENT: Final = "j M Y, H:i"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on; `href` is the address without it."""

    label: str
    value: str
    href: str


class Menus:
    """What the form offers, with what is chosen."""

    def __init__(self, asked: Asked, *, owners: set[str]) -> None:
        self.asked = asked
        self.owners = sorted(owners)

    def operations(self) -> list[tuple[str, str]]:
        """Every operation; one of the address that is not installed as well."""
        found = sorted(titles().items(), key=lambda item: item[1])
        given = self.asked.given.get("operation", "")
        strange = [] if not given or given in dict(found) else [(given, given)]
        return [*found, *strange]

    def spans(self) -> list[tuple[str, str]]:
        return list(SPANS.items())

    def sources(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Source.choices]

    def priorities(self) -> list[tuple[str, str]]:
        return [(str(number), str(number)) for number in reversed(range(10))]

    def orders(self) -> list[tuple[str, str]]:
        """Every order, the usual one without a word in the address."""
        return [("" if k == NEWEST_FIRST else k, v) for k, v in ORDERS.items()]

    def ordering(self) -> str:
        return "" if self.asked.ordering == NEWEST_FIRST else self.asked.ordering

    def typed(self) -> dict[str, str]:
        """What is given, with times as a field for them takes it."""
        moments: dict[str, str] = {
            name: timezone.localtime(self.asked.values[name]).strftime("%Y-%m-%dT%H:%M")
            for name in ("created_after", "created_before")
            if name in self.asked.values
        }
        return {**self.asked.given, **moments}

    def hidden(self) -> list[tuple[str, str]]:
        """What the form keeps without a field of its own."""
        kept = ("status", "batch", "error_group", "finished_after", "finished_before")
        given = self.asked.given
        return [(name, given[name]) for name in kept if name in given]

    def chips(self) -> list[Chip]:
        """What is on and has no place in the first line of the form."""
        return [
            Chip(label, self._said(name), self.asked.href(**{name: ""}))
            for name, label in CHIPS.items()
            if name in self.asked.values
        ]

    def more(self) -> int:
        """How many of the fields behind “More filters” are filled in."""
        names = ("source", "queue", "priority", "created_after", "created_before")
        return sum(name in self.asked.values for name in (*names, "ordering"))

    def _said(self, name: str) -> str:
        value = self.asked.values[name]
        if name == "source":
            return str(Source(value).label)
        if name in {"batch", "error_group"}:
            return f"{str(value)[:8]}…"
        if name.endswith(("_after", "_before")):
            return date_format(timezone.localtime(value), MOMENT)
        return str(value)
