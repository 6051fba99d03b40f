"""The page of a schedule and that of a new one: the same form, and the next runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tasks_app.admin.fragments import HEADER, cut
from tasks_app.admin.keeping import form_token
from tasks_app.errors import InvalidInputError
from tasks_app.operations.schedules import rule_in_words, zone_of
from tasks_app.trace import current

from .asking import previewed, save
from .beats import heartbeat
from .form import Form, seen
from .history import page_of_history
from .lines import line
from .listing import EVERY, FOLDER
from .plans import operation_of
from .rights import found, may, may_use, visible
from .rules import zones
from .slots import upcoming

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tasks_app.models import Schedule

CHANGED: Final = (
    "Somebody changed this schedule after you opened it, so nothing was saved. What you"
    " typed is still here: compare it with the list, and save again to replace theirs."
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the form of a new schedule, or make it; 404 for who may not see any."""
    visible(request.user)
    if not may(request.user, "add"):
        raise PermissionDenied
    current().action = "create_schedule"
    form = Form(None, request.user)
    context |= {"title": "New schedule"}
    return _answered(form, request, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, context: dict[str, Any], pk: int) -> HttpResponse:
    """Show the page of a schedule, or change it; 404 for who may not see it."""
    schedule = found(pk, request.user)
    form = Form(schedule, request.user)
    is_open = may(request.user, "change") and may_use(
        request.user, operation_of(schedule.plan)
    )
    if request.method == "POST" and not is_open:
        raise PermissionDenied
    current().action = "change_schedule"
    context |= {"title": schedule.plan.name, "is_open": is_open}
    context |= about(schedule, request)
    return _answered(form, request, context)


def about(schedule: Schedule, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of a schedule shows besides its form."""
    return {
        "schedule": schedule,
        "line": line(schedule, request.user),
        "heartbeat": heartbeat(),
        "every": EVERY,
        "token": form_token(request.user),
        "may_change": may(request.user, "change"),
        "may_delete": may(request.user, "delete"),
        **page_of_history(schedule, request),
    }


def _answered(
    form: Form, request: HttpRequest, context: dict[str, Any]
) -> HttpResponse:
    form.fill(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if request.headers.get(HEADER) or "look" in request.POST:
            current().is_audited = True  # it only looks
        elif saved := _saved(form, request):
            return saved
    context |= {"form": form, "zones": zones(), **_next(form)}
    if form.schedule is not None:
        context["seen"] = seen(form.schedule)
    page = TemplateResponse(
        request,
        f"{FOLDER}/change_form.html",
        context,
        status=400 if form.mistakes else 200,
    )
    name = "live" if request.method != "POST" else "form"
    return cut(request, page, template=f"{FOLDER}/{name}_parts.html")


def _saved(form: Form, request: HttpRequest) -> HttpResponse | None:
    """Return the way to what was saved; None when something is wrong with it."""
    known = form.schedule
    if known is not None and request.POST.get("seen") != seen(known):
        form.others = [CHANGED]
        return None
    try:
        schedule = save(form, request)
    except InvalidInputError as error:
        form.complain(error.errors)
        return None
    verb = "saved" if known else "made"
    messages.success(request, f"“{schedule.plan.name}” is {verb}.")
    page = reverse("admin:tasks_app_schedule_change", args=[schedule.pk])
    return HttpResponseRedirect(page)


def _next(form: Form) -> dict[str, Any]:
    """Return the next runs by what is typed, or what is wrong with that."""
    try:
        plan = previewed(form)
    except InvalidInputError as error:
        said = [text for texts in error.errors.values() for text in texts]
        return {"next_errors": said}
    return {
        "next": upcoming(plan),
        "next_words": rule_in_words(plan),
        "next_zone": zone_of(plan),
    }
