"""Tasks that failed alike: a list, and a retry of all after a page that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from tasks_app.models import FailedTask, FailureGroup, Task
from tasks_app.models.failures import Alike
from tasks_app.models.overview import Overview
from tasks_app.models.permitted import permitted_actions
from tasks_app.models.queries import sees_all
from tasks_app.models.wire import iso
from tasks_app.operations import submission
from tasks_app.operations.maintenance.bulk import NAME as ACT_ON_ALL
from tasks_app.statuses import Status
from tasks_app.trace import current

from .moments import Moment
from .rows import titles
from .steering import origin
from .words import counted

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest, HttpResponse

PAGE: Final = "admin/tasks_app/task/retry_group.html"


@dataclass(frozen=True, slots=True)
class Failures:
    """One way to fail, as the dashboard shows it."""

    alike: Alike
    operation: str
    may_retry: bool

    @property
    def count(self) -> str:
        return f"{self.alike.count:,}"

    @property
    def first(self) -> Moment:
        return Moment(self.alike.first_seen_at)

    @property
    def last(self) -> Moment:
        return Moment(self.alike.last_seen_at)


def failures(
    user: User | AnonymousUser, seen: Overview, known: Mapping[str, str]
) -> list[Failures]:
    """Return what failed most in the range; acting on many is not retried by itself."""
    may = "retry" in permitted_actions(user, owns=False)
    found = FailedTask.objects.grouped(since=seen.since, operation=seen.operation)
    return [
        Failures(
            alike,
            known.get(alike.operation, alike.operation),
            may and alike.operation != ACT_ON_ALL,
        )
        for alike in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def retry_group(request: HttpRequest) -> HttpResponse:
    """Ask first; then a task retries them, which is shown at work.

    The page settles which they are: those that failed from `since` until it was shown.
    """
    user = cast("User", request.user)
    if not sees_all(user) or "retry" not in permitted_actions(user, owns=False):
        raise PermissionDenied
    current().action = "bulk"
    group = get_object_or_404(FailureGroup, pk=_text(request, "error_group"))
    since = _moment(request, "since")
    until = _moment(request, "until") or timezone.now()
    wanted = _filter(group, since, until)
    count = Task.objects.visible_to(user).narrowed(user=user, **wanted).count()
    if request.method == "POST":
        return _start(request, user, wanted, count)
    context = {
        **admin.site.each_context(request),
        "title": f"Retry {counted(count, 'task')}?",
        "group": group,
        "operation": titles().get(group.operation, group.operation),
        "count": count,
        "since": since,
        "fields": {name: iso(at) for name, at in _bounds(since, until)},
    }
    return TemplateResponse(request, PAGE, context)


def _start(
    request: HttpRequest, user: User, wanted: dict[str, Any], count: int
) -> HttpResponse:
    if not count:
        messages.info(request, "None of them is failed any more. Nothing was changed.")
        return HttpResponseRedirect(reverse("admin:tasks_app_task_dashboard"))
    task = submission.submit(
        operation=ACT_ON_ALL,
        params={"action": "retry", "filter": wanted},
        title=f"Retry {counted(count, 'task')} that failed alike",
        owner=user,
        origin=origin(request),
    )
    text = f"{counted(count, 'task')} will run again. This page shows how far that is."
    messages.success(request, text)
    return HttpResponseRedirect(reverse("admin:tasks_app_task_change", args=[task.pk]))


def _filter(
    group: FailureGroup, since: datetime | None, until: datetime
) -> dict[str, Any]:
    bounds = {"since": "finished_after", "until": "finished_before"}
    return {
        "status": [Status.FAILED.value],
        "error_group": group.pk,
        **{bounds[name]: iso(at) for name, at in _bounds(since, until)},
    }


def _bounds(
    since: datetime | None, until: datetime
) -> list[tuple[str, datetime | None]]:
    return [(n, at) for n, at in (("since", since), ("until", until)) if at]


def _text(request: HttpRequest, name: str) -> str:
    text = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return text.replace("\0", "")


def _moment(request: HttpRequest, name: str) -> datetime | None:
    """Return the time that was asked for; None for what is no time with a zone."""
    try:
        moment = parse_datetime(_text(request, name))
        if moment is None or timezone.is_naive(moment):
            return None
        return timezone.localtime(moment).astimezone(UTC)  # the page shows it in both
    except (ValueError, OverflowError):
        return None
