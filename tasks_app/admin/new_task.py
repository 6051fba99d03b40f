"""The page on which people start tasks by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from tasks_app.conf import setting
from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.operations import registry
from tasks_app.operations.multipart import most_files
from tasks_app.trace import current

from .parameters import Field, fields_of, values_of
from .sizes import Guard
from .starting import start
from .words import counted

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest, HttpResponse

    from tasks_app.operations.registry import Operation


@dataclass(slots=True)
class Form:
    """What was chosen, and what is wrong with it: a list of sentences per field."""

    operation: Operation | None
    fields: list[Field] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    started: list[Task] = field(default_factory=list)

    def complain(self, errors: dict[str, list[str]]) -> None:
        """Put each sentence beside its field; those without one stay on top."""
        for each in self.fields:
            each.errors = errors.get(each.key, [])
        beside = {each.key for each in self.fields}
        self.errors = {key: said for key, said in errors.items() if key not in beside}

    @property
    def file_errors(self) -> list[str]:
        return self.errors.get("file", [])

    @property
    def other_errors(self) -> list[str]:
        """Sentences about fields this page does not show."""
        others = {key: said for key, said in self.errors.items() if key != "file"}
        return [sentence for said in others.values() for sentence in said]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors or any(each.errors for each in self.fields))


@csrf_exempt  # only until the guard stands: checking the token reads the whole upload
@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """Show the form, or start what it asks for."""
    current().action = "submit"
    guard = Guard(request, limit=setting("MAX_UPLOAD_BYTES"))
    request.upload_handlers.insert(0, guard)
    return _checked(request, guard)


@csrf_protect
def _checked(request: HttpRequest, guard: Guard) -> HttpResponse:
    form = Form(_chosen(request.GET.get("operation", ""), request.user))
    if form.operation is not None:
        asks = request.method == "POST"
        typed = request.POST  # reads the upload, after which the guard knows
        is_whole = asks and not guard.is_cut
        form.fields = fields_of(form.operation, typed if is_whole else None)
        if asks:
            _submit(form, request, guard)
            if not form.has_errors:
                messages.success(request, _told(form.started))
                return HttpResponseRedirect(reverse("admin:tasks_app_task_changelist"))
    return TemplateResponse(
        request,
        "admin/tasks_app/task/new.html",
        {
            **admin.site.each_context(request),
            "title": "New task",
            "form": form,
            "operations": registry.every(user=request.user),
            "limit": setting("MAX_UPLOAD_BYTES"),
            "limit_words": f"{setting('MAX_UPLOAD_BYTES') / 1_000_000:,.1f} MB",
            "most": most_files(),
        },
        status=400 if form.has_errors else 200,
    )


def _chosen(name: str, user: User | AnonymousUser) -> Operation | None:
    """Return the operation asked for; else the first that takes files, else any."""
    known = registry.every(user=user)
    named = [each for each in known if each.name == name]
    takers = [each for each in known if each.accepts]
    return next(iter([*named, *takers, *known]), None)


def _submit(form: Form, request: HttpRequest, guard: Guard) -> None:
    if guard.errors:
        form.complain(guard.errors)
        return
    operation = cast("Operation", form.operation)
    errors = {"file": guard.refusals()} if guard.refused else {}
    try:
        form.started, refused = start(
            operation=operation,
            request=request,
            params=values_of(operation, form.fields),
            files=cast("list[Any]", request.FILES.getlist("file")),
            refused_before=bool(guard.refused),
        )
        errors = _merged(errors, refused)
    except InvalidInputError as error:
        errors = _merged(errors, error.errors)
    form.complain(errors)
    if form.started and errors:
        messages.success(request, _told(form.started))


def _merged(
    one: dict[str, list[str]], other: dict[str, list[str]]
) -> dict[str, list[str]]:
    return {key: [*one.get(key, []), *other.get(key, [])] for key in {**one, **other}}


def _told(tasks: list[Task]) -> str:
    if len(tasks) == 1:
        return f"“{tasks[0].title}” is in the queue. This list follows it live."
    return (
        f"{counted(len(tasks), 'task')} are in the queue. This list follows them live."
    )
