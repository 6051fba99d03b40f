"""The page on which people start tasks by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tasks_app.conf import setting
from tasks_app.errors import IdempotencyConflictError, InvalidInputError
from tasks_app.operations import registry, schema
from tasks_app.operations.multipart import most_files
from tasks_app.trace import current

from .changelist import TaskList
from .choosing import grouped
from .forgery import is_forged, refuse
from .fragments import HEADER, cut
from .keeping import form_facts, form_token, remembered
from .new_form import Form, chosen, merged
from .options import asked_for
from .parameters import values_of
from .sizes import Guard
from .starting import start
from .words import counted

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tasks_app.models import Task
    from tasks_app.operations.registry import Operation

FOLDER: Final = "admin/tasks_app/task"
AGAIN: Final = (
    "This form was sent before with something else in it, and that was started. Look at"
    " your tasks; to start what is here now as well, press Start again."
)
STALE: Final = (
    "You signed in again after this page was opened, so nothing was started."
    " Look at what you typed, choose the files again, and press Start."
)


@csrf_exempt  # the token is in the form, which is read once the guard stands
@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """Show the form, or start what it asks for."""
    current().action = "submit"
    guard = Guard(request, limit=setting("MAX_UPLOAD_BYTES"))
    request.upload_handlers.insert(0, guard)
    form = Form(chosen(request.GET.get("operation", ""), request.user))
    if request.method != "POST":
        return _shown(form, request)
    forged = is_forged(request)
    facts = form_facts(request.POST.get("form", ""))
    is_theirs = facts.get("user") == str(request.user.pk)
    if forged and (not is_theirs or request.headers.get(HEADER)):
        return refuse(request)
    form.fill(None if guard.is_cut else request.POST)
    if forged:
        form.complain({"": [STALE]})
    elif form.operation is not None:
        _submit(form, request, guard, key=facts["key"] if is_theirs else None)
    return _answered(form, request)


def _shown(form: Form, request: HttpRequest) -> HttpResponse:
    typed = None
    if not request.headers.get(HEADER):
        typed, form.note = remembered(request)
    form.fill(typed)
    return _page(form, request)


def _answered(form: Form, request: HttpRequest) -> HttpResponse:
    if form.started and not request.headers.get(HEADER):
        messages.success(request, told(form))
        if not form.mistakes:
            return HttpResponseRedirect(reverse("admin:tasks_app_task_changelist"))
    return _page(form, request)


def _page(form: Form, request: HttpRequest) -> HttpResponse:
    form.token = form_token(request.user)
    page = TemplateResponse(
        request,
        f"{FOLDER}/new.html",
        {
            **admin.site.each_context(request),
            "title": "New task",
            "form": form,
            "rows": form.rows(request.user),
            "columns": {"tick": "Tick", **TaskList.COLUMNS, "act": "Actions"},
            "groups": grouped(registry.every(user=request.user)),
            "limit": setting("MAX_UPLOAD_BYTES"),
            "limit_words": f"{setting('MAX_UPLOAD_BYTES') / 1_000_000:,.1f} MB",
            "most": most_files(),
        },
        status=400 if form.mistakes else 200,
    )
    return cut(request, page, template=f"{FOLDER}/new_answer.html")


def _submit(form: Form, request: HttpRequest, guard: Guard, *, key: str | None) -> None:
    if guard.errors:
        form.complain(guard.errors)
        return
    operation = cast("Operation", form.operation)
    form.refused = guard.refusals()
    errors: dict[str, list[str]] = {}
    try:
        asked = _asked(form, operation)
        form.started, refused = start(
            operation=operation,
            request=request,
            asked={**asked, "idempotency_key": key},
            files=cast("list[Any]", request.FILES.getlist("file")),
            refused_before=bool(guard.refused),
        )
        form.refused |= {guard.kept()[place]: said for place, said in refused.items()}
    except InvalidInputError as error:
        errors = error.errors
    except IdempotencyConflictError:
        errors = {"": [AGAIN]}
    form.complain(errors)


def _asked(form: Form, operation: Operation) -> dict[str, Any]:
    """Return what the form asks for; raises InvalidInputError.

    What is wrong with the parameters is told together with what cannot be read.
    """
    errors = {each.key: [each.trouble] for each in form.fields if each.trouble}
    found: dict[str, Any] = {"params": values_of(operation, form.fields)}
    try:
        found |= asked_for(form.options)
    except InvalidInputError as error:
        errors |= error.errors
    if errors:
        raise InvalidInputError(merged(errors, _wrong(found["params"], operation)))
    return found


def _wrong(params: dict[str, Any], operation: Operation) -> dict[str, list[str]]:
    try:
        schema.check(params, operation.params)
    except InvalidInputError as error:
        return error.errors
    return {}


def told(form: Form) -> str:
    """Return a sentence about what was started, with a link to several."""
    tasks: list[Task] = form.started
    if form.batch is None:
        return f"“{tasks[0].title}” is in the queue. This list follows it live."
    number = counted(len(tasks), "task")
    text = f"{number} are in the queue. This list follows them live."
    page = reverse("admin:tasks_app_task_changelist")
    return format_html(
        '{} <a href="{}?batch={}">Show only these</a>', text, page, form.batch.pk
    )
