"""What the address of the list asks for, in the words of `GET /api/v1/tasks/`.

`created` is the one word more: a span before now, so that a bookmark stays true. What
cannot be understood is told in words and left out; all else of the address is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.utils import timezone

from tasks_app.events import Source
from tasks_app.models.paging import NEWEST_FIRST, ORDERINGS
from tasks_app.models.storable import storable
from tasks_app.statuses import Status

if TYPE_CHECKING:
    from django.http import QueryDict

LONGEST: Final = 1000  # characters of a value
NAMED: Final = 60  # characters of it that a refusal repeats
SPANS: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
MOMENTS: Final = (
    "created_after",
    "created_before",
    "finished_after",
    "finished_before",
)
MOVING: Final = ("status", "status_updated_at", "finished_at")  # orders that change


@dataclass(slots=True)
class Asked:
    """The understood part of an address."""

    given: dict[str, str] = field(default_factory=dict)  # as it was written
    values: dict[str, Any] = field(default_factory=dict)  # as it is meant
    errors: list[str] = field(default_factory=list)

    @property
    def status(self) -> list[str]:
        return list(self.values.get("status", []))

    @property
    def ordering(self) -> str:
        return str(self.values.get("ordering", NEWEST_FIRST))

    @property
    def is_moving(self) -> bool:
        """Whether rows change their places in this order while somebody looks."""
        return self.ordering.lstrip("-") in MOVING

    @property
    def narrowed(self) -> dict[str, Any]:
        """What narrows the list, in the words of the QuerySet, but for the status."""
        apart = {"status", "created", "ordering", "cursor"}
        words = {name: v for name, v in self.values.items() if name not in apart}
        if "created" in self.values:
            since = timezone.now() - self.values["created"]
            words["created_after"] = max(since, words.get("created_after", since))
        return words

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter or a search hides tasks."""
        return bool(self.status or self.narrowed)

    def href(self, **changes: str) -> str:
        """Return this address with changes, on its first page; empty takes away."""
        words = {**self.given, "cursor": "", **changes}
        return "?" + urlencode({k: v for k, v in words.items() if v})

    def wire(self) -> dict[str, Any]:
        """Return what narrows the list as JSON, as a bulk action takes it."""
        words = {"status": self.status, **self.narrowed}
        return {k: written(v) for k, v in words.items() if v or v == 0}

    def query(self, **more: str) -> str:
        """Return the same, and `more`, as parameters of the API."""
        words = {**self.wire(), "ordering": self.given.get("ordering", ""), **more}
        joined = {
            k: ",".join(v) if isinstance(v, list) else v for k, v in words.items()
        }
        return urlencode({k: v for k, v in joined.items() if v != ""})


def asked_by(query: QueryDict) -> Asked:
    """Return what a query says, and sentences for what it should not."""
    asked = Asked()
    for name in query:
        texts = [text.strip() for text in query.getlist(name) if text.strip()]
        if name not in READ:
            asked.errors.append(f"“{name[:NAMED]}” is no filter of this list.")
        elif texts:
            _take(asked, name, texts)
    return asked


def written(value: Any) -> Any:
    """Return a value as JSON has it; times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, uuid.UUID) else value


def _take(asked: Asked, name: str, texts: list[str]) -> None:
    if len(texts) > 1 and name not in {"status", "operation"}:
        asked.errors.append(f"“{name}” is given more than once; the last one counts.")
        texts = texts[-1:]
    text = ",".join(texts)
    try:
        if len(text) > LONGEST:
            raise ValueError(f"may have at most {LONGEST:,} characters.")
        if storable(text) != text:
            raise ValueError("holds a character that no task can have.")
        asked.values[name] = READ[name](text)
        asked.given[name] = text
    except (ValueError, OverflowError) as error:
        shown = text if len(text) <= NAMED else f"{text[:NAMED]}…"
        asked.errors.append(f"“{storable(shown)}” is left out: {name} {error}")


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _statuses(text: str) -> list[str]:
    found = _several(text)
    if set(found) - set(Status.values):
        raise ValueError(f"can be {', '.join(Status.values)}.")
    return found


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"can be {', '.join(known)}.")
        return text

    return read


def _span(text: str) -> timedelta:
    return SPANS[_one_of(tuple(SPANS))(text)]


def _priority(text: str) -> int:
    if len(text) != 1 or text not in "0123456789":
        raise ValueError("is a number from 0 to 9.")
    return int(text)


def _batch(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValueError("is the id of a batch.") from None


def _moment(text: str) -> datetime:
    """A time of day without a zone is one of the site's."""
    try:
        moment = datetime.fromisoformat(text)
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return timezone.localtime(moment).astimezone(UTC)  # the page shows it in both
    except (ValueError, OverflowError):
        raise ValueError("is a time such as 2026-11-22 14:30.") from None


READ: Final[dict[str, Callable[[str], Any]]] = {
    "status": _statuses,
    "operation": _several,
    "owner": str,
    "source": _one_of(tuple(Source.values)),
    "queue": str,
    "priority": _priority,
    "batch": _batch,
    "created": _span,
    **dict.fromkeys(MOMENTS, _moment),
    "search": str,
    "error_group": str,
    "ordering": _one_of(ORDERINGS),
    "cursor": str,
}
