"""The form that retries a task with other parameters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tasks_app.errors import IdempotencyConflictError, InvalidInputError, TaskError
from tasks_app.operations import registry
from tasks_app.operations.retrying import may_edit, retry_with
from tasks_app.trace import current

from .page import found
from .parameters import Field, fields_of, values_of
from .steering import origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from tasks_app.models import Task
    from tasks_app.operations.registry import Operation

LONGEST_KEY: Final = 100  # characters
SENT_BEFORE: Final = (
    "This form has started a task already, with other parameters. Send it again to"
    " start one more."
)


@require_http_methods(["GET", "HEAD", "POST"])
def retry_edited(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show the parameters of the task to be changed, or start it anew with them."""
    current().action, current().task = "retry", str(pk)
    task = found(str(pk), request.user)
    kind = registry.lookup(task.operation)
    if kind is None or not may_edit(task, cast("User", request.user)):
        raise PermissionDenied
    form = Form(task, kind, key=request.POST.get("key", "")[:LONGEST_KEY])
    if request.method == "POST":
        form.fields = fields_of(kind, request.POST)
        try:
            return _started(request, form)
        except InvalidInputError as error:
            form.complain(error.errors)
        except IdempotencyConflictError:
            form.key = ""
            form.others = [SENT_BEFORE]
        except TaskError as error:
            form.others = [str(error)]
    else:
        form.fields = fields_of(kind, params=task.params)
    return _page(request, form)


@dataclass(slots=True)
class Form:
    """The parameters as they are typed, and what is wrong with them.

    The key is of one form, however often it is sent: a second click starts nothing.
    """

    task: Task
    operation: Operation
    key: str
    fields: list[Field] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def complain(self, errors: dict[str, list[str]]) -> None:
        """Put each sentence beside its field; those without one stay on top."""
        told: set[str] = set()
        for each in self.fields:
            told |= each.complain(errors)
        rest = (said for key, said in errors.items() if key not in told)
        self.others = [sentence for said in rest for sentence in said]

    @property
    def has_errors(self) -> bool:
        return bool(self.others or any(each.errors for each in self.fields))

    @property
    def params(self) -> dict[str, Any]:
        """What is typed; what nobody touched, or has no field, stays as it was."""
        before = fields_of(self.operation, params=self.task.params)
        texts = {each.name: each.value for each in self.fields}
        touched = {
            each.outer or each.name for each in before if each.value != texts[each.name]
        }
        same = {k: v for k, v in self.task.params.items() if k not in touched}
        return {**values_of(self.operation, self.fields), **same}

    @property
    def troubles(self) -> dict[str, list[str]]:
        """What cannot even be read, by field."""
        return {each.key: [each.trouble] for each in self.fields if each.trouble}


def _started(request: HttpRequest, form: Form) -> HttpResponse:
    if form.troubles:
        raise InvalidInputError(form.troubles)
    made = retry_with(
        form.task,
        params=form.params,
        user=cast("User", request.user),
        origin=origin(request),
        key=form.key,
    )
    text = f"“{made.title}” begins anew with these parameters. This is its page."
    messages.success(request, text)
    current().what = {"made": made.pk}
    return HttpResponseRedirect(reverse("admin:tasks_app_task_change", args=[made.pk]))


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    form.key = form.key or uuid.uuid4().hex
    return TemplateResponse(
        request,
        "admin/tasks_app/task/retry.html",
        {
            **admin.site.each_context(request),
            "title": f"Retry {form.task.title}",
            "task": form.task,
            "form": form,
        },
        status=400 if form.has_errors else 200,
    )
