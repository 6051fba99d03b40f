"""The buttons of rows and pages as an ordinary form: ask, tell what came of it, return.

The scripts of the pages ask the REST API instead; this is the way without them.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tasks_app import audit
from tasks_app.errors import IllegalTransitionError, NotPermittedError, TaskError
from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations.steering import ask
from tasks_app.statuses import FINAL, Status
from tasks_app.trace import current

from .words import counted

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

DONE: Final = {
    "cancel": "cancelled",
    "pause": "paused",
    "resume": "resumed",
    "retry": "retried",
}


def steer(request: HttpRequest) -> HttpResponse:
    """Carry out `act`: `VERB:ID` for one task, `VERB` for every `id` that is ticked."""
    verb, _, one = request.POST.get("act", "").partition(":")
    ids = [one] if one else request.POST.getlist("id")
    found = Task.objects.visible_to(request.user).for_list()
    tasks = list(found.filter(pk__in=[pk for pk in ids if is_id(pk)]))
    if verb not in DONE or not tasks:
        text = "No task was chosen, so nothing was changed. Tick some rows first."
        messages.warning(request, text)
        return HttpResponseRedirect(way_back(request))
    told = [_ask(verb, task, request) for task in tasks]
    for (success, _), task in zip(told, tasks, strict=True):
        outcome = "done" if success else "refused"
        who = request.user.get_username()
        audit.record(verb, who=who, outcome=outcome, task=task.pk)
    done = sum(success for success, _ in told)
    if len(tasks) == 1:
        messages.add_message(request, _level(succeeded=bool(done)), told[0][1])
    elif done:
        text = f"{counted(done, 'task')} {DONE[verb]}, or asked to be."
        messages.success(request, text)
    if len(tasks) > 1:
        for success, sentence in told:
            if not success:
                messages.error(request, sentence)
    return HttpResponseRedirect(way_back(request))


def origin(request: HttpRequest) -> Origin:
    """Return who asks, for the history."""
    return Origin(
        actor=request.user.get_username(),
        source=Source.ADMIN,
        request_id=current().request_id,
    )


def way_back(request: HttpRequest) -> str:
    """Return the page the form was on, if it is one of ours, else the list."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return reverse("admin:tasks_app_task_changelist")


def is_id(text: str) -> bool:
    """Whether `text` is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def outcome(verb: str, task: Task) -> str:
    """Return the sentence for a request that was accepted."""
    name = f"“{task.title}”"
    if verb in {"cancel", "pause"} and task.status == Status.PROCESSING:
        return f"{name} will be {DONE[verb]} at its next checkpoint."
    return {
        "cancel": f"{name} is cancelled.",
        "pause": f"{name} is paused.",
        "resume": f"{name} goes on.",
        "retry": f"{name} will run again.",
    }[verb]


def refusal(verb: str, task: Task, *, status: str) -> str:
    """Return the sentence for a request that came too late."""
    label = Status(status).label.lower()
    reason = f"it is already {label}" if status in FINAL else f"it is {label} just now"
    return f"“{task.title}” was not {DONE[verb]}: {reason}."


def _ask(verb: str, task: Task, request: HttpRequest) -> tuple[bool, str]:
    user = cast("User", request.user)
    try:
        asked = ask(task, verb, user=user, origin=origin(request))
        return True, outcome(verb, asked)
    except NotPermittedError:
        return False, f"You may not {verb} “{task.title}”. Ask its owner to."
    except IllegalTransitionError as error:
        return False, refusal(verb, task, status=error.status)
    except TaskError as error:
        return False, f"“{task.title}” was not {DONE[verb]}. {error}"


def _level(*, succeeded: bool) -> int:
    return messages.SUCCESS if succeeded else messages.ERROR
