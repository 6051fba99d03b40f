"""The pages of incidents: what is wrong, what was, and who was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from tasks_app.admin.words import lasting
from tasks_app.models import Incident
from tasks_app.models.queries import sees_all
from tasks_app.operations import alerts
from tasks_app.operations.alerts.rules import MOST_OFTEN

from .buttons import WrittenByTheKeeper

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

FOLDER = "admin/tasks_app/incident"


class StandingFilter(admin.SimpleListFilter):
    """Open, or over."""

    title = "status"
    parameter_name = "is_open"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Open"), ("0", "Over")]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return those that were asked for."""
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.filter(recovered_at__isnull=self.value() == "1")


def _facts(incident: Incident, user: Any) -> list[tuple[str, Any]]:
    """Return what is said of it, with times as the other pages write them.

    Errors of tasks are for who may see all tasks.
    """
    return [
        (name, _moment(value) or value)
        for name, value in incident.facts.items()
        if name != MOST_OFTEN or sees_all(user)
    ]


@admin.register(Incident)
class IncidentAdmin(WrittenByTheKeeper):
    """Incidents are looked at, and ended by hand where nobody else will."""

    buttons: ClassVar[dict[str, str]] = {"end": "end_incident"}
    empty = "Nothing was wrong so far. Rules say what counts as wrong."
    change_form_template = f"{FOLDER}/change_form.html"
    list_display = ("title", "standing", "opened_at", "lasted", "times")
    list_filter = (StandingFilter,)
    search_fields = ("title",)
    fields = (
        *("standing", "opened_at", "recovered_at", "lasted"),
        *("seen_at", "times", "rule"),
    )
    readonly_fields = ("standing", "lasted", "times")

    def get_ordering(self, request: HttpRequest) -> Any:
        """Begin with those that are open, then the newest."""
        return (F("recovered_at").desc(nulls_first=True), "-opened_at", "-pk")

    @admin.display(description="status")
    def standing(self, incident: Incident) -> str:
        """Whether it is open, in words."""
        if not incident.is_open:
            return "Over"
        return "Open, quiet just now" if incident.good_since else "Open"

    @admin.display(description="lasted")
    def lasted(self, incident: Incident) -> str:
        """How long it was open, or is so far."""
        return lasting((incident.recovered_at or timezone.now()) - incident.opened_at)

    @admin.display(description="turned bad", ordering="count")
    def times(self, incident: Incident) -> str:
        """How often it turned bad, in words: again and again is one incident."""
        return "Once" if incident.count == 1 else f"{incident.count:,} times"

    def context_of(self, request: HttpRequest, pk: str) -> dict[str, Any]:
        """Show what was wrong, and who was told."""
        incident: Any = self.get_object(request, pk)
        return {
            "title": "Incident",
            "facts": _facts(incident, request.user) if incident else [],
            "deliveries": list(incident.deliveries.all()) if incident else [],
            "may_open": request.user.has_perm("tasks_app.view_delivery"),
        }

    def press_end(self, request: HttpRequest, incident: Incident) -> HttpResponse:
        """End it by hand; what is still wrong is noticed again."""
        who = request.user.get_username()
        if incident.is_open and alerts.resolve_incident(
            key=incident.key, facts={**incident.facts, "Ended by": who}
        ):
            self.log_change(request, incident, "Ended by hand.")
            text = "The incident is over. What is still wrong opens another one."
            self.message_user(request, text, messages.SUCCESS)
        return self.back(incident)


def _moment(value: Any) -> str:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        return ""
    return date_format(timezone.localtime(moment), "j M Y, H:i:s T")
