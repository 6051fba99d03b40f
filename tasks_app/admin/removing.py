"""Deleting a task: a page that asks first; the dialog sends the same form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tasks_app.errors import NotPermittedError, TaskError
from tasks_app.operations.steering import ask
from tasks_app.trace import current

from .page import found
from .steering import origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from tasks_app.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: Any) -> HttpResponse:
    """Ask, or delete the task; 404 for who may not see it, 403 for who may not."""
    current().action, current().task = "delete", str(pk)
    task = found(str(pk), request.user)
    if not task.permits(request.user, "delete"):
        raise PermissionDenied
    if request.method == "POST":
        return _removed(request, task)
    context = {**admin.site.each_context(request), "title": task.title, "task": task}
    return TemplateResponse(request, "admin/tasks_app/task/remove.html", context)


def _removed(request: HttpRequest, task: Task) -> HttpResponse:
    try:
        ask(task, "delete", user=cast("User", request.user), origin=origin(request))
    except NotPermittedError:
        raise PermissionDenied from None
    except TaskError as error:
        messages.error(request, f"“{task.title}” was not deleted. {error}")
        page = reverse("admin:tasks_app_task_change", args=[task.pk])
        return HttpResponseRedirect(page)
    messages.success(request, f"“{task.title}” is deleted, with its history and files.")
    return HttpResponseRedirect(reverse("admin:tasks_app_task_changelist"))
