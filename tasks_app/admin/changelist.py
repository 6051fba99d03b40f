"""A page of the list: its rows, its pills with counts, its sortable headings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.db.models import Count, QuerySet
from django.utils import timezone

from tasks_app.models.wire import iso
from tasks_app.statuses import Status

from .rows import Row

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tasks_app.models import Task

CREATED: Final = "created_at"
NEWEST_FIRST: Final = f"-{CREATED}"


@dataclass(frozen=True, slots=True)
class Pill:
    status: str  # "" = all
    label: str
    count: int
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Heading:
    name: str
    label: str
    href: str  # "" = not sortable
    direction: str  # ascending, descending or ""


class TaskChangeList(ChangeList):
    """Django's list, with one query that counts for the pills and the pages alike."""

    COLUMNS: Final = {
        "title": "Name",
        "status": "Status",
        "progress_current": "Progress",
        "operation": "Operation",
        "owner": "Owner",
        "attempt": "Attempt",
        CREATED: "Created",
    }

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Any = None
    ) -> QuerySet[Task]:
        """Return what the filters leave; counts per status on the way."""
        tasks: QuerySet[Task] = super().get_queryset(request, exclude_parameters)
        self.user = request.user
        self.status = request.GET.get("status", "")
        grouped = tasks.order_by().values_list("status").annotate(Count("pk"))
        self.counts: dict[str, int] = dict(grouped)
        return tasks.filter(status=self.status) if self.status else tasks

    def get_results(self, request: HttpRequest) -> None:
        """Read the page; one that no longer exists becomes the last."""
        paginator = self.model_admin.get_paginator(
            request, self.queryset, self.list_per_page
        )
        self.result_count = paginator.count = (
            self.counts.get(self.status, 0)
            if self.status
            else sum(self.counts.values())
        )
        page = paginator.get_page(self.page_num)
        self.page_num = page.number
        self.rows = [Row(task, request.user) for task in page.object_list]
        self.result_list = page.object_list
        self.paginator, self.page = paginator, page
        self.multi_page = paginator.num_pages > 1
        self.can_show_all = self.show_full_result_count = False
        self.full_result_count = None
        self.show_admin_actions = False
        self.rendered_at = iso(timezone.now())

    def pills(self) -> list[Pill]:
        """Return a filter for every status, with how many tasks it would show."""
        every = [("", "All", sum(self.counts.values()))]
        every += [(s.value, str(s.label), self.counts.get(s, 0)) for s in Status]
        return [
            Pill(
                status,
                label,
                count,
                self.get_query_string({"status": status or None}, [PAGE_VAR]),
                status == self.status,
            )
            for status, label, count in every
        ]

    def headings(self) -> list[Heading]:
        """Return the columns; a sortable one links to the other direction."""
        return [self._heading(name, label) for name, label in self.COLUMNS.items()]

    def is_newest_first(self) -> bool:
        """Whether new tasks belong on top of this very page."""
        return self.page_num == 1 and self._order() == NEWEST_FIRST

    def is_narrowed(self) -> bool:
        """Whether a filter or a search hides tasks."""
        return bool(self.query or self.has_active_filters)

    def watched(self) -> str:
        """Return the filter of this page as the socket understands it, in JSON."""
        chosen = {name: self.params.get(name, "") for name in ("operation", "owner")}
        wanted = {**chosen, "status": self.status, "search": self.query.strip()}
        return json.dumps({name: value for name, value in wanted.items() if value})

    def previous_href(self) -> str:
        return self.get_query_string({PAGE_VAR: self.page_num - 1})

    def next_href(self) -> str:
        return self.get_query_string({PAGE_VAR: self.page_num + 1})

    def _order(self) -> str:
        number = self.params.get(ORDER_VAR, "")
        columns = list(self.COLUMNS)
        if number.removeprefix("-").isdecimal():
            sign = "-" if number.startswith("-") else ""
            index = int(number.removeprefix("-"))
            if index < len(columns):
                return f"{sign}{columns[index]}"
        return NEWEST_FIRST

    def _heading(self, name: str, label: str) -> Heading:
        if name not in (self.sortable_by or ()):
            return Heading(name, label, "", "")
        order = self._order()
        is_sorted = order.removeprefix("-") == name
        descends = order.startswith("-")
        index = list(self.COLUMNS).index(name)
        down = not descends if is_sorted else name == CREATED
        href = self.get_query_string(
            {ORDER_VAR: f"-{index}" if down else index}, [PAGE_VAR]
        )
        direction = ("descending" if descends else "ascending") if is_sorted else ""
        return Heading(name, label, href, direction)
