"""What is done with a schedule by one press: switch, run now, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tasks_app.admin.keeping import form_facts
from tasks_app.errors import TaskError
from tasks_app.operations import schedules
from tasks_app.trace import current

from .asking import by
from .listing import FOLDER
from .plans import operation_title
from .rights import found, may, may_run
from .slots import due

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

RUNS: Final = '“{}” runs now, besides its slots. <a href="{}">Open the task</a>'
AGAIN: Final = (
    "“{}” was run by this press already, so nothing was submitted a second time. To run"
    ' it again, press once more. <a href="{}">Open the task</a>'
)
LIST: Final = "admin:tasks_app_schedule_changelist"


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn it on (`on=1`) or off, and go back."""
    schedule = found(pk, request.user)
    if not may(request.user, "change"):
        raise PermissionDenied
    is_on = request.POST.get("on") == "1"
    turn = schedules.turn_on if is_on else schedules.turn_off
    name = f"“{schedule.plan.name}”"
    try:
        turn(schedule, **by(request))
    except TaskError as error:
        messages.error(request, f"{name} was not turned {_word(is_on=is_on)}. {error}")
    else:
        text = f"{name} is {_word(is_on=is_on)}. {_after(schedule, is_on=is_on)}"
        messages.success(request, text)
    return HttpResponseRedirect(_way_back(request))


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit a task now, besides the slots, and go back."""
    schedule = found(pk, request.user)
    if not may_run(request.user, schedule):
        raise PermissionDenied
    name, key = schedule.plan.name, _key(request)
    before = schedules.run_before(schedule, user=cast("User", request.user), key=key)
    try:
        task = before or schedules.run_now(schedule, **by(request), key=key)
    except TaskError as error:
        messages.error(request, f"“{name}” was not run. {error}")
    else:
        current().task = str(task.pk)
        page = reverse("admin:tasks_app_task_change", args=[task.pk])
        said = format_html(AGAIN if before else RUNS, name, page)
        messages.success(request, said)
    return HttpResponseRedirect(_way_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, context: dict[str, Any], pk: int) -> HttpResponse:
    """Ask, or delete the schedule; 404 for who may not see it."""
    schedule = found(pk, request.user)
    if not may(request.user, "delete"):
        raise PermissionDenied
    name = schedule.plan.name
    if request.method == "POST":
        schedules.remove(schedule, **by(request))
        text = f"“{name}” is deleted. The tasks it submitted are still there."
        messages.success(request, text)
        return HttpResponseRedirect(reverse(LIST))
    context |= {
        "title": name,
        "schedule": schedule,
        "operation": operation_title(schedule.plan),
        "runs": schedule.runs.count(),
    }
    return TemplateResponse(request, f"{FOLDER}/delete.html", context)


def _key(request: HttpRequest) -> str | None:
    """Return under what one press of a button on this page counts; None for none."""
    facts = form_facts(request.POST.get("form", ""))
    return facts["key"] if facts.get("user") == str(request.user.pk) else None


def _after(schedule: Any, *, is_on: bool) -> str:
    """Return what comes next; the schedule is read again, as it is now."""
    if not is_on:
        return "It submits nothing until it is turned on again."
    schedule.refresh_from_db()
    coming = due(schedule).next
    return f"It runs next {coming.ahead}." if coming else "It has no slot to come."


def _word(*, is_on: bool) -> str:
    return "on" if is_on else "off"


def _way_back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return reverse(LIST)
