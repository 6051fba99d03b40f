"""What narrows the list, all of it in the URL."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from tasks_app.models import Task
from tasks_app.models.queries import sees_all
from tasks_app.statuses import Status

from .rows import titles

MOST_OWNERS = 200  # in the menu; the search finds the others' tasks


class StatusFilter(admin.SimpleListFilter):
    """Only checks the value: the list applies it after counting every status."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Status.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return None; raises IncorrectLookupParameters for an unknown status."""
        if self.value() and self.value() not in Status.values:
            raise IncorrectLookupParameters
        return None


class OperationFilter(admin.SimpleListFilter):
    title = "operation"
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(titles().items(), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(operation=self.value()) if self.value() else None


class OwnerFilter(admin.SimpleListFilter):
    """For those who see the tasks of others."""

    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not sees_all(request.user):
            return []
        user_model = get_user_model()
        owners = user_model.objects.filter(
            Exists(Task.objects.filter(owner=OuterRef("pk")))
        )
        field = user_model.USERNAME_FIELD
        names = owners.order_by(field).values_list(field, flat=True)[:MOST_OWNERS]
        return [("me", "Me"), *((name, name) for name in names)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        owner = self.value()
        if not owner:
            return None
        if owner == "me":
            return queryset.filter(owner_id=request.user.pk)
        field = get_user_model().USERNAME_FIELD
        return queryset.filter(**{f"owner__{field}": owner})
