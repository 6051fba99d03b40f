"""How the list of tasks is narrowed and ordered."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from tasks_app.models import Task
from tasks_app.statuses import Status


class StatusFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """One status, or several with commas between."""


class TaskFilter(django_filters.FilterSet):
    """The query parameters of the list; several narrow it together."""

    status = StatusFilter(choices=Status.choices, lookup_expr="in")
    operation = django_filters.CharFilter()
    search = django_filters.CharFilter(method="matching")
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt")

    class Meta:
        model = Task
        fields: list[str] = []

    def matching(self, tasks: Any, name: str, text: str) -> QuerySet[Task]:
        """Search in title, file name, message, error and id."""
        found: QuerySet[Task] = tasks.matching(text)
        return found
