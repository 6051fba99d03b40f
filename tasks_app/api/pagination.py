"""Pages of the list: by key, so that the thousandth costs as little as the first.

A cursor says where the page before ended: the values of the columns it is sorted by. So
no row is skipped or told twice while others come and go, at any depth.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError as BadValue
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from tasks_app.models import Task

PAGE: Final = 50
LARGEST: Final = 500
NEWEST_FIRST: Final = "-created_at"
DATES: Final = ("created_at", "status_updated_at", "finished_at")
WORDS: Final = ("status", "operation", "priority")
ORDERINGS: Final = tuple(
    f"{sign}{name}" for name in DATES + WORDS for sign in ("", "-")
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order. Tasks without a value come last, or first backwards."""

    name: str
    down: bool
    nulls_last: bool = True

    def backwards(self) -> Column:
        """Return the column the other way round."""
        return Column(self.name, not self.down, not self.nulls_last)

    def order(self) -> OrderBy:
        """Return it for `order_by`."""
        if self.name != "finished_at":
            return OrderBy(F(self.name), descending=self.down)
        first, last = (None, True) if self.nulls_last else (True, None)
        return OrderBy(
            F(self.name), descending=self.down, nulls_first=first, nulls_last=last
        )

    def beyond(self, value: Any) -> Q:
        """Return what comes after `value` in this column alone."""
        without = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return Q(pk__in=[]) if self.nulls_last else ~without
        further = Q(**{f"{self.name}__{'lt' if self.down else 'gt'}": value})
        nullable = self.name == "finished_at" and self.nulls_last
        return further | without if nullable else further

    def same(self, value: Any) -> Q:
        """Return what has this very value."""
        return Q(
            **{f"{self.name}__isnull": True} if value is None else {self.name: value}
        )


def columns(ordering: str) -> list[Column]:
    """Return the columns of an ordering; the last one tells any two tasks apart."""
    name, down = ordering.lstrip("-"), ordering.startswith("-")
    if name in DATES:
        return [Column(name, down), Column("id", down)]
    newest = [Column("created_at", down=True), Column("id", down=True)]
    return [Column(name, down), *newest]


def beyond(order: Sequence[Column], values: Sequence[Any]) -> Q:
    """Return the rows that come after the one with these values."""
    found, equal = Q(pk__in=[]), Q()
    for column, value in zip(order, values, strict=True):
        found |= equal & column.beyond(value)
        equal &= column.same(value)
    return found


class Keyset(BasePagination):
    """`ordering`, `page_size` and `cursor` of the list."""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        """Return a page; raises ValidationError that names the parameter."""
        self.address = request.build_absolute_uri()
        self.ordering = _one_of(request, "ordering", ORDERINGS, NEWEST_FIRST)
        size = page_size(request)
        order, values, back = columns(self.ordering), None, False
        if cursor := request.query_params.get("cursor"):
            values, back = self._read(cursor, order)
        if back:
            order = [column.backwards() for column in order]
        if values is not None:
            queryset = queryset.filter(beyond(order, values))
        rows = list(queryset.order_by(*[c.order() for c in order])[: size + 1])
        more = len(rows) > size
        rows = rows[:size][::-1] if back else rows[:size]
        before, after = (more, True) if back else (values is not None, more)
        self.previous = self._link(rows[:1], back=True) if before else None
        self.next = self._link(rows[-1:], back=False) if after else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        page = {"next": self.next, "previous": self.previous, "results": data}
        return Response(page)

    def _link(self, rows: list[Task], *, back: bool) -> str | None:
        if not rows:
            return str(remove_query_param(self.address, "cursor"))
        values = [getattr(rows[0], column.name) for column in columns(self.ordering)]
        text = json.dumps([self.ordering, back, values], cls=Exact)
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return str(replace_query_param(self.address, "cursor", cursor))

    def _read(self, cursor: str, order: list[Column]) -> tuple[list[Any], bool]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            ordering, back, texts = json.loads(base64.urlsafe_b64decode(padded))
            if ordering != self.ordering:
                raise ValueError(ordering)
            fields: list[Any] = [Task._meta.get_field(c.name) for c in order]
            pairs = zip(fields, texts, strict=True)
            return [field.to_python(text) for field, text in pairs], back is True
        except (ValueError, TypeError, BadValue):
            text = "This is no cursor of this list and ordering. Begin without one."
            raise ValidationError({"cursor": [text]}) from None


class Exact(DjangoJSONEncoder):
    """Django's encoder, with every microsecond of a time."""

    def default(self, value: Any) -> Any:
        """Return a time in full."""
        return (
            value.isoformat() if hasattr(value, "isoformat") else super().default(value)
        )


def _one_of(request: Request, name: str, known: Sequence[str], otherwise: str) -> str:
    value = request.query_params.get(name) or otherwise
    if value not in known:
        raise ValidationError({name: [f"“{name}” must be of: {', '.join(known)}."]})
    return value


def page_size(request: Request) -> int:
    """Return how many rows a page has; raises ValidationError."""
    text = request.query_params.get("page_size") or str(PAGE)
    is_number = text.isascii() and text.isdecimal() and len(text) <= 3
    if is_number and 1 <= int(text) <= LARGEST:
        return int(text)
    raise ValidationError(
        {"page_size": [f"“page_size” must be a whole number from 1 to {LARGEST}."]}
    )
