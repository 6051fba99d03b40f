"""Schedules where Django's admin expects them; the pages are ours."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from tasks_app.models import Schedule

from .acting import remove, run, switch
from .editing import edit, new
from .listing import listing

NAME = "tasks_app_schedule"


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin[Schedule]):
    """Django says who may; what is shown and done is ours."""

    def get_urls(self) -> list[URLPattern]:
        """Replace Django's: a page that is not here is not there."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name=f"{NAME}_changelist"),
            path("add/", view(self.add_view), name=f"{NAME}_add"),
            path("<int:pk>/change/", view(self.edit_view), name=f"{NAME}_change"),
            path("<int:pk>/delete/", view(self.remove_view), name=f"{NAME}_delete"),
            path("<int:pk>/history/", view(self.page_view), name=f"{NAME}_history"),
            path("<int:pk>/switch/", view(switch), name=f"{NAME}_switch"),
            path("<int:pk>/run/", view(run), name=f"{NAME}_run"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Show the list."""
        return listing(request, self._context(request))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form of a new one."""
        return new(request, self._context(request))

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page of one."""
        return edit(request, self._context(request), pk)

    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask before one is deleted."""
        return remove(request, self._context(request), pk)

    def page_view(self, _request: HttpRequest, pk: int) -> HttpResponse:
        """The history of a schedule is on its page."""
        return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[pk]))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
