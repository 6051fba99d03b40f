"""What the pages of alerts have in common: buttons, and rows that nobody edits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from tasks_app.admin.unedited import Unedited

if TYPE_CHECKING:
    from django.db.models import Model

ENDS: Final = ("__exact", "__id__exact", "__isnull")  # of what filters of a list ask


class WithButtons(admin.ModelAdmin[Any]):
    """Each button of the page is a POST of its own, `press_` and its name here."""

    buttons: ClassVar[dict[str, str]]  # the permission each needs
    change_list_template = "admin/tasks_app/alerts/change_list.html"
    empty: ClassVar[str]  # what the list says without a row

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow in an address only what a filter of the list puts there.

        Django lets every column be asked for, so that who only looks could ask for a
        secret letter by letter, whether the list shows it or not.
        """
        names = [getattr(each, "parameter_name", each) for each in self.list_filter]
        return any(
            lookup in {name, *(f"{name}{end}" for end in ENDS)} for name in names
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the buttons to Django's."""
        ours = [
            path(
                f"<str:pk>/{name}/",
                self.admin_site.admin_view(require_POST(partial(self.press, name))),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name in self.buttons
        ]
        return [*ours, *super().get_urls()]

    def may_press(self, request: HttpRequest, name: str) -> bool:
        """Whether who asks may press the button."""
        return request.user.has_perm(f"tasks_app.{self.buttons[name]}")

    def press(self, name: str, request: HttpRequest, pk: str) -> HttpResponse:
        """Do what the button says, for who may."""
        if not self.may_press(request, name):
            raise PermissionDenied
        row = self.get_object(request, pk)
        if row is None:
            raise Http404
        answer: HttpResponse = getattr(self, f"press_{name}")(request, row)
        return answer

    def back(self, row: Model) -> HttpResponse:
        """Lead to the page of the row."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"when_empty": self.empty})

    def context_of(self, request: HttpRequest, pk: str) -> dict[str, Any]:
        """Return what the page of a row shows beside what the row says."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        may = {name: self.may_press(request, name) for name in self.buttons}
        context = {"may": may, **self.context_of(request, object_id)}
        return super().change_view(request, object_id, form_url, context)


class Switched(WithButtons):
    """Rows that are on or off; off is nothing bad, as Django's red cross would say."""

    @admin.display(description="turned on", ordering="enabled")
    def switched(self, row: Any) -> str:
        """Whether it is on, in a word."""
        return "On" if row.enabled else "Off"


class WrittenByTheKeeper(Unedited, WithButtons):
    """Rows to look at: nobody adds, edits or deletes them."""
