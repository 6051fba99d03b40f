"""Pages of the list over REST: addresses around what `paging` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from tasks_app.models.paging import NEWEST_FIRST, ORDERINGS, CursorError, page_of

PAGE: Final = 50
LARGEST: Final = 500


class Keyset(BasePagination):
    """`ordering`, `page_size` and `cursor` of the list."""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        """Return a page; raises ValidationError that names the parameter."""
        self.address = request.build_absolute_uri()
        ordering = one_of(request, "ordering", ORDERINGS, NEWEST_FIRST)
        size = page_size(request)
        cursor = request.query_params.get("cursor", "")
        try:
            page = page_of(queryset, ordering=ordering, cursor=cursor, size=size)
        except CursorError as error:
            raise ValidationError({"cursor": [str(error)]}) from None
        self.previous, self.next = self._link(page.previous), self._link(page.next)
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        page = {"next": self.next, "previous": self.previous, "results": data}
        return Response(page)

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        if not cursor:
            return str(remove_query_param(self.address, "cursor"))
        return str(replace_query_param(self.address, "cursor", cursor))


def one_of(request: Request, name: str, known: Sequence[str], otherwise: str) -> str:
    """Return a parameter; raises ValidationError that says what it takes."""
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
