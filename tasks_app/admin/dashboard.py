"""The dashboard: how it goes, for who may see everybody's tasks.

Range and operation are in the URL. The same page as a fragment is how it stays fresh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tasks_app.models import Incident, KeeperLock, Worker
from tasks_app.models.load import load
from tasks_app.models.overview import RANGES, USUAL, Overview, overview
from tasks_app.models.queries import sees_all
from tasks_app.models.statistics import MINUTE
from tasks_app.models.wire import iso

from .failures import failures
from .figures import charts, numbers, operations
from .fragments import cut
from .moments import Moment
from .rows import titles
from .schedules import schedules

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FOLDER: Final = "admin/tasks_app/task"
MOST: Final = 20  # workers and schedules
SOON, LATER = 5, 60  # seconds between two fetches


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the page; who sees only their own tasks is told where these are."""
    shown = admin.site.each_context(request) | {"title": "Dashboard"}
    if sees_all(request.user):
        shown |= _what_goes_on(request)
    page = TemplateResponse(request, f"{FOLDER}/dashboard.html", shown)
    return cut(request, page, template=f"{FOLDER}/dashboard_parts.html")


def _what_goes_on(request: HttpRequest) -> dict[str, Any]:
    known = titles()
    name = request.GET.get("range", "")
    operation = request.GET.get("operation", "")
    seen = overview(
        name if name in RANGES else USUAL,
        operation=operation if operation in known else "",
    )
    now = load(request.user, operation=seen.operation)
    workers = list(Worker.objects.alive().order_by("name"))
    return {
        "seen": seen,
        "ranges": RANGES.values(),
        "known": sorted(known.items(), key=lambda item: item[1]),
        "operation_title": known.get(seen.operation, ""),
        "since": iso(seen.since),
        "zone": timezone.get_current_timezone_name(),
        "as_of": timezone.localtime(seen.until),
        "every": SOON if seen.range.grain == MINUTE else LATER,
        "incidents": _open_incidents(request),
        "is_kept": KeeperLock.objects.held(),
        "is_empty": not (seen.all.total.started or _ended(seen) or now.running),
        "numbers": numbers(seen, now, slots=sum(worker.slots for worker in workers)),
        "charts": charts(seen),
        "operations": operations(seen, known),
        "workers": [(worker, Moment(worker.seen_at)) for worker in workers[:MOST]],
        "schedules": schedules(most=MOST),
        "failures": failures(request.user, seen, known),
    }


def _open_incidents(request: HttpRequest) -> list[str]:
    """Return the titles of open incidents, for who may look at them."""
    if not request.user.has_perm("tasks_app.view_incident"):
        return []
    newest = Incident.objects.open().order_by("-opened_at")
    return list(newest.values_list("title", flat=True)[:MOST])


def _ended(seen: Overview) -> int:
    return seen.all.total.finished + seen.all.total.cancelled
