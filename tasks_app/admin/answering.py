"""The answer to what a task asked, as an ordinary form: the way without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from tasks_app import audit
from tasks_app.errors import NotPermittedError, TaskError
from tasks_app.operations import steering
from tasks_app.trace import current

from .page import found
from .steering import origin

LONGEST: Final = 18  # digits of a version; fits both databases

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from tasks_app.models import Task


def answer(request: HttpRequest, pk: Any) -> HttpResponse:
    """Carry out `act`, `answer:ID:CHOICE`, and return to the page of the task.

    The `version` is that of the page, so that nobody answers what they did not read.
    Raises Http404 for who may not see the task.
    """
    current().action, current().task = "answer", str(pk)
    task = found(str(pk), request.user)
    refused = _refused(request, task)
    became, who = "refused" if refused else "done", request.user.get_username()
    audit.record("answer", who=who, outcome=became, task=task.pk)
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, f"“{task.title}” goes on with your answer.")
    page = reverse("admin:tasks_app_task_change", args=[task.pk])
    return HttpResponseRedirect(page)


def _refused(request: HttpRequest, task: Task) -> str:
    """Answer; return the sentence for what was in the way, empty if nothing."""
    *_, choice = request.POST.get("act", "").split(":", 2)
    name = f"“{task.title}”"
    try:
        steering.answer(
            task,
            choice=choice,
            user=cast("User", request.user),
            origin=origin(request),
            expected_version=_version(request),
        )
    except NotPermittedError:
        return f"You may not answer {name}. Ask its owner to."
    except TaskError as error:
        return f"{name} was not answered. {error}"
    return ""


def _version(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    known = version.isdecimal() and len(version) <= LONGEST
    return int(version) if known else None
