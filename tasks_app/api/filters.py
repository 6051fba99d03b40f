"""How the list of tasks is narrowed and ordered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField

from tasks_app.events import Source
from tasks_app.models import Task
from tasks_app.statuses import Status

LONGEST: Final = 1000  # characters that are looked for
SEVERAL: Final = ("status", "operation")  # with commas between, or given several times
# Not a number: DRF would read 1e1000000 and take minutes to compare it.
PRIORITIES: Final = [(str(number), str(number)) for number in range(10)]


class StatusFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """One status, or several with commas between."""


class WordsFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """One word, or several with commas between."""


class MomentField(IsoDateTimeField):
    """A time that is one in UTC, too."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the time; raises ValidationError for one before the first year."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError:
            raise ValidationError("This time is out of range.") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A time."""

    field_class = MomentField


class TaskFilter(django_filters.FilterSet):
    """The query parameters of the list; several narrow it together."""

    status = StatusFilter(choices=Status.choices, method="of_status")
    operation = WordsFilter(lookup_expr="in")
    owner = django_filters.CharFilter(method="of_owner")
    source = django_filters.ChoiceFilter(choices=Source.choices)
    queue = django_filters.CharFilter()
    priority = django_filters.ChoiceFilter(choices=PRIORITIES)
    batch = django_filters.UUIDFilter("batch_id")
    claimable = django_filters.ChoiceFilter(
        choices=[("1", "What waits for reporters")], method="as_they_are"
    )
    search = django_filters.CharFilter(method="matching", max_length=LONGEST)
    error_group = django_filters.CharFilter(method="failed_like", max_length=LONGEST)
    created_after = MomentFilter("created_at", "gte")
    created_before = MomentFilter("created_at", "lt")
    finished_after = MomentFilter(method="ended")
    finished_before = MomentFilter(method="ended")

    class Meta:
        model = Task
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            for name in SEVERAL:
                data[name] = ",".join(data.getlist(name))
        super().__init__(data, *args, **kwargs)

    def as_they_are(self, tasks: Any, name: str, text: str) -> QuerySet[Task]:
        """The view has chosen already."""
        found: QuerySet[Task] = tasks
        return found

    def ended(self, tasks: Any, name: str, moment: datetime) -> QuerySet[Task]:
        """Ended from then on, or before."""
        found: QuerySet[Task] = tasks.narrowed(**{name: moment})
        return found

    def of_status(self, tasks: Any, name: str, given: list[str]) -> QuerySet[Task]:
        """Of one of the statuses."""
        found: QuerySet[Task] = tasks.filter(status__in=given)
        return found

    def of_owner(self, tasks: Any, name: str, text: str) -> QuerySet[Task]:
        """By the owner's name; `me` is who asks."""
        found: QuerySet[Task] = tasks.narrowed(owner=text, user=self.request.user)
        return found

    def matching(self, tasks: Any, name: str, text: str) -> QuerySet[Task]:
        """Search in title, file name, message, error and id."""
        found: QuerySet[Task] = tasks.matching(text)
        return found

    def failed_like(self, tasks: Any, name: str, group: str) -> QuerySet[Task]:
        """Failed with one error, by the `id` the statistics give to it."""
        found: QuerySet[Task] = tasks.narrowed(error_group=group)
        return found


# What narrows an export: there is nothing to claim in a file.
EXPORTED: Final = tuple(name for name in TaskFilter.base_filters if name != "claimable")
