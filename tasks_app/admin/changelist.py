"""A page of the list: its rows, its pills with counts, its sortable headings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone

from tasks_app.models import Task
from tasks_app.models.counts import counts
from tasks_app.models.paging import NEWEST_FIRST, CursorError, Page, page_of
from tasks_app.models.queries import sees_all
from tasks_app.statuses import Status

from .bulk import Verb, verbs_for
from .filters import asked_by
from .menus import Menus
from .rows import Row

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import QueryDict

PAGE: Final = 50
MOST_TOLD: Final = 10_000  # where a count is only a bound


@dataclass(frozen=True, slots=True)
class Pill:
    status: str  # "" = all
    label: str
    count: int
    said: str  # the count in words
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Heading:
    name: str
    label: str
    href: str  # "" = not sortable
    direction: str  # ascending, descending or ""


class TaskList:
    """What an address of the list shows to `user`: at most four queries."""

    COLUMNS: Final = {
        "title": "Name",
        "status": "Status",
        "progress_current": "Progress",
        "operation": "Operation",
        "owner": "Owner",
        "attempt": "Attempt",
        "created_at": "Created",
        "duration": "Duration",
    }
    SORTABLE: Final = {"status": "", "operation": "", "created_at": "-"}  # at first

    def __init__(self, query: QueryDict, user: User) -> None:
        self.asked = asked_by(query)
        self.user = user
        self.counts = counts(user, **self.asked.narrowed)
        self.page = self._page()
        self.rows = [Row(task, user) for task in self.page.rows]
        self.rendered_at = timezone.now()

    @property
    def errors(self) -> list[str]:
        return self.asked.errors

    @property
    def total(self) -> int:
        """How many tasks match; at least, unless the counts are exact."""
        chosen = self.asked.status or self.counts.by_status
        return sum(self.counts.by_status.get(status, 0) for status in chosen)

    @property
    def total_said(self) -> str:
        """`1 task`, `1,204 tasks`, `10,000+ tasks`."""
        plural = "" if self.total == 1 and self.counts.is_exact else "s"
        return f"{self._said(self.total)} task{plural}"

    @property
    def menus(self) -> Menus:
        """The form; who sees others' tasks may look for those of one."""
        names = {row.task.owner.get_username() for row in self.rows if row.task.owner}
        return Menus(self.asked, owners=names)

    @property
    def sees_all(self) -> bool:
        return sees_all(self.user)

    @property
    def verbs(self) -> list[Verb]:
        """The actions on many tasks that the user may ask for."""
        owns = any(row.task.owner_id == self.user.pk for row in self.rows)
        return verbs_for(self.user, owns=owns or not self.sees_all)

    def pills(self) -> list[Pill]:
        """Return a filter for every status, with how many tasks it would show."""
        by_status, chosen = self.counts.by_status, self.asked.status
        every = [("", "All", sum(by_status.values()))]
        every += [(s.value, str(s.label), by_status.get(s, 0)) for s in Status]
        return [
            Pill(
                status,
                label,
                count,
                self._said(count),
                self.asked.href(status=status),
                status in (chosen or [""]),
            )
            for status, label, count in every
        ]

    def headings(self) -> list[Heading]:
        """Return the columns; a sortable one links to the other direction."""
        return [self._heading(name, label) for name, label in self.COLUMNS.items()]

    def is_first(self) -> bool:
        """Whether no page comes before this one."""
        return self.page.previous is None

    def is_newest_first(self) -> bool:
        """Whether new tasks belong on top of this very page."""
        return self.is_first() and self.asked.ordering == NEWEST_FIRST

    def filter_json(self) -> str:
        """Return the filter as the API has it: to watch, and to act on all of it."""
        return json.dumps(self.asked.wire())

    def export_csv(self) -> str:
        """Return where all that matches is to be had."""
        return f"{reverse('api:task-list')}export/?{self.asked.query(format='csv')}"

    def export_json(self) -> str:
        return f"{reverse('api:task-list')}export/?{self.asked.query(format='json')}"

    def first_href(self) -> str:
        return self.asked.href()

    def previous_href(self) -> str | None:
        return self._href(self.page.previous)

    def next_href(self) -> str | None:
        return self._href(self.page.next)

    def _page(self) -> Page:
        asked = self.asked
        visible = Task.objects.visible_to(self.user).for_list()
        tasks = visible.narrowed(user=self.user, status=asked.status, **asked.narrowed)
        cursor = asked.given.get("cursor", "")
        try:
            return page_of(tasks, ordering=asked.ordering, cursor=cursor, size=PAGE)
        except CursorError:
            text = "That page is not to be found in this order. This is the first one."
            asked.errors.append(text)
            return page_of(tasks, ordering=asked.ordering, cursor="", size=PAGE)

    def _href(self, cursor: str | None) -> str | None:
        return None if cursor is None else self.asked.href(cursor=cursor)

    def _said(self, number: int) -> str:
        if self.counts.is_exact or not number:
            return f"{number:,}"
        return f"{min(number, MOST_TOLD):,}+"

    def _heading(self, name: str, label: str) -> Heading:
        if name not in self.SORTABLE:
            return Heading(name, label, "", "")
        order = self.asked.ordering
        is_sorted = order.removeprefix("-") == name
        descends = order.startswith("-")
        sign = ("" if descends else "-") if is_sorted else self.SORTABLE[name]
        wanted = f"{sign}{name}"
        href = self.asked.href(ordering="" if wanted == NEWEST_FIRST else wanted)
        direction = ("descending" if descends else "ascending") if is_sorted else ""
        return Heading(name, label, href, direction)
