"""Pages of a list: by key, so that the thousandth costs as little as the first.

A cursor says where the page before ended: the values of the columns it is sorted by. So
no row is skipped or told twice while others come and go, at any depth.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from .clock import ENDED, LONG_AGO
from .storable import storable
from .task import Task

if TYPE_CHECKING:
    from .queries import TaskQuerySet

NEWEST_FIRST: Final = "-created_at"
DATES: Final = ("created_at", "status_updated_at", "finished_at")
WORDS: Final = ("status", "operation", "priority")
ORDERINGS: Final = tuple(
    f"{sign}{name}" for name in DATES + WORDS for sign in ("", "-")
)


class CursorError(ValueError):
    """The text is no cursor of the list in this ordering."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of the pages around them: None if there is no such page.

    The cursor of the first page is empty.
    """

    rows: list[Task]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order."""

    name: str
    down: bool

    def backwards(self) -> Column:
        """Return the column the other way round."""
        return Column(self.name, not self.down)

    @property
    def key(self) -> str:
        """The name in a query; tasks that have not ended have no end to compare."""
        return "ended" if self.name == "finished_at" else self.name

    def order(self) -> OrderBy:
        """Return it for `order_by`."""
        return OrderBy(F(self.key), descending=self.down)

    def value(self, task: Task) -> Any:
        """Return what `task` is sorted by."""
        found = getattr(task, self.name)
        return LONG_AGO if found is None else found

    def read(self, text: Any) -> Any:
        """Return the value that `text` of a cursor stands for; raises ValueError."""
        if self.name in DATES:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError(text)
            return moment.astimezone(UTC)
        if self.name == "id":
            return uuid.UUID(text)
        if self.name == "priority":
            return range(10).index(text)
        if not isinstance(text, str) or storable(text) != text:
            raise ValueError(text)
        return text

    def same(self, value: Any) -> Q:
        """Return what has this very value."""
        return Q(**{self.key: value})

    def beyond(self, value: Any) -> Q:
        """Return what comes after `value` in this column alone."""
        return Q(**{f"{self.key}__{'lt' if self.down else 'gt'}": value})


def columns(ordering: str) -> list[Column]:
    """Return the columns of an ordering; the last one tells any two tasks apart.

    `-x` is `x` backwards to the last column, so that one index serves both.
    """
    name, down = ordering.lstrip("-"), ordering.startswith("-")
    if name in DATES:
        return [Column(name, down), Column("id", down)]
    order = [
        Column(name, down=False),
        Column("created_at", down=True),
        Column("id", down=True),
    ]
    return [column.backwards() for column in order] if down else order


def ranges(order: Sequence[Column], values: Sequence[Any]) -> list[Q]:
    """Return what comes after these values: ranges of an index, one after the other.

    As one condition they would be a filter, and a page would read all before it.
    """
    *lead, time, last = order
    *first, moment, pk = values
    after = Q(**{f"{time.key}__{'lte' if time.down else 'gte'}": moment})
    after &= time.beyond(moment) | last.beyond(pk)
    if not lead:
        return [after]
    return [lead[0].same(first[0]) & after, lead[0].beyond(first[0])]


def page_of(tasks: TaskQuerySet, *, ordering: str, cursor: str, size: int) -> Page:
    """Return the page that begins at the cursor; raises CursorError."""
    order = columns(ordering)
    values, back = _read(cursor, ordering) if cursor else (None, False)
    if back:
        order = [column.backwards() for column in order]
    wanted = [Q()] if values is None else ranges(order, values)
    rows = _rows(tasks, order, wanted, most=size + 1)
    more = len(rows) > size
    rows = rows[:size][::-1] if back else rows[:size]
    before, after = (more, True) if back else (values is not None, more)
    return Page(
        rows,
        previous=_write(rows[:1], ordering, back=True) if before else None,
        next=_write(rows[-1:], ordering, back=False) if after else None,
    )


def _write(rows: list[Task], ordering: str, *, back: bool) -> str:
    if not rows:
        return ""
    values = [column.value(rows[0]) for column in columns(ordering)]
    text = json.dumps([ordering, back, values], cls=Exact)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, expected: str) -> tuple[list[Any], bool]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        ordering, back, texts = json.loads(base64.urlsafe_b64decode(padded))
        if ordering != expected:
            raise ValueError(ordering)
        pairs = zip(columns(ordering), texts, strict=True)
        return [column.read(text) for column, text in pairs], back is True
    except (ValueError, TypeError, OverflowError, RecursionError):
        text = "This is no cursor of this list and ordering. Begin without one."
        raise CursorError(text) from None


def _rows(
    tasks: TaskQuerySet, order: Sequence[Column], wanted: Sequence[Q], *, most: int
) -> list[Task]:
    if any(column.key == "ended" for column in order):
        tasks = tasks.alias(ended=ENDED)
    by = [column.order() for column in order]
    if len(wanted) == 1:
        return list(tasks.filter(*wanted).order_by(*by)[:most])
    # Each range is read by its index up to the page's size, both in one query.
    if connection.features.supports_slicing_ordering_in_compound:
        parts = [tasks.filter(each).order_by(*by)[:most] for each in wanted]
    else:
        keys = tasks.select_related(None).order_by(*by).values("pk")
        rows = tasks.order_by()
        parts = [rows.filter(pk__in=keys.filter(each)[:most]) for each in wanted]
    first, *others = parts
    return list(first.union(*others, all=True).order_by(*by)[:most])


class Exact(DjangoJSONEncoder):
    """Django's encoder, with every microsecond of a time."""

    def default(self, value: Any) -> Any:
        """Return a time in full."""
        return (
            value.isoformat() if hasattr(value, "isoformat") else super().default(value)
        )
