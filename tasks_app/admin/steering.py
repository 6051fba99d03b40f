"""The buttons of rows and pages as an ordinary form: ask, tell what came of it, return.

The scripts of the pages ask the REST API instead; this is the way without them.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tasks_app import audit
from tasks_app.errors import (
    IllegalTransitionError,
    KeptError,
    NotPermittedError,
    TaskError,
    UnansweredError,
)
from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations.steering import ask
from tasks_app.statuses import FINAL, Status
from tasks_app.trace import current

from .bulk import (
    CONSEQUENCES,
    DONE,
    Question,
    asked_in,
    outcomes,
    question_of_all,
    question_of_ticked,
    start,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

MOST: Final = 500  # tasks of one form
LIST: Final = "admin:tasks_app_task_changelist"
NOTHING: Final = "No task was chosen, so nothing was changed. Tick some rows first."


def steer(request: HttpRequest) -> HttpResponse:
    """Carry out `act`: `VERB:ID` for one task, `VERB` for every `id` that is ticked.

    With `all` it is for all that match `query`. What cannot be taken back, or is for
    all, is asked about first.
    """
    verb, _, one = request.POST.get("act", "").partition(":")
    if verb in CONSEQUENCES and request.POST.get("all") and not one:
        return _act_on_all(verb, request)
    ids = [one] if one else request.POST.getlist("id")[:MOST]
    found = Task.objects.visible_to(request.user).for_list()
    tasks = list(found.filter(pk__in=[pk for pk in ids if is_id(pk)]))
    if verb not in DONE or not tasks:
        messages.warning(request, NOTHING)
    elif verb == "delete" and not request.POST.get("confirmed"):
        return _confirm(request, question_of_ticked(verb, len(tasks)), tasks)
    else:
        _act(verb, tasks, request)
        if one and verb == "delete":  # the page of the task is no way back
            return HttpResponseRedirect(reverse(LIST))
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
    return reverse(LIST)


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
        "delete": f"{name} is deleted.",
        "keep": f"{name} is kept.",
        "unkeep": f"{name} is kept no longer.",
    }[verb]


def refusal(verb: str, task: Task, *, status: str) -> str:
    """Return the sentence for a request that came too late."""
    label = Status(status).label.lower()
    reason = f"it is already {label}" if status in FINAL else f"it is {label} just now"
    return f"“{task.title}” was not {DONE[verb]}: {reason}."


def _act_on_all(verb: str, request: HttpRequest) -> HttpResponse:
    asked = asked_in(request.POST)
    if asked.errors:
        text = "Nothing was changed, since the filter is not understood."
        messages.error(request, " ".join([text, *asked.errors]))
    elif not request.POST.get("confirmed"):
        user = cast("User", request.user)
        return _confirm(request, question_of_all(verb, asked, user), [])
    else:
        start(verb, asked, request, origin=origin(request))
    return HttpResponseRedirect(way_back(request))


def _confirm(
    request: HttpRequest, question: Question, tasks: list[Task]
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": question.title,
        "question": question,
        "tasks": tasks,
        "query": request.POST.get("query", ""),
        "next": way_back(request),
    }
    return TemplateResponse(request, "admin/tasks_app/task/confirm.html", context)


def _act(verb: str, tasks: list[Task], request: HttpRequest) -> None:
    """Ask for each, note it, and say what came of it: of several, in one sentence."""
    told = [_ask(verb, task, request) for task in tasks]
    for (reason, _), task in zip(told, tasks, strict=True):
        who = request.user.get_username()
        became = "refused" if reason else "done"
        audit.record(verb, who=who, outcome=became, task=task.pk)
    reasons = [reason for reason, _ in told]
    sentence = told[0][1] if len(told) == 1 else outcomes(verb, reasons)
    level = messages.SUCCESS if not any(reasons) else messages.ERROR
    messages.add_message(request, level, sentence)


def _ask(verb: str, task: Task, request: HttpRequest) -> tuple[str, str]:
    """Return what is in the way in few words, empty if nothing, and a sentence."""
    user, name = cast("User", request.user), f"“{task.title}”"
    try:
        asked = ask(task, verb, user=user, origin=origin(request))
        return "", outcome(verb, asked)
    except NotPermittedError:
        return "not yours to change", f"You may not {verb} {name}. Ask its owner to."
    except UnansweredError:
        text = f"{name} was not resumed: it asked a question. Answer it on its page."
        return "waiting for an answer", text
    except IllegalTransitionError as error:
        label = Status(error.status).label.lower()
        is_so = error.status in FINAL or (verb, error.status) == ("pause", "paused")
        known = "already " if is_so else ""
        return f"{known}{label}", refusal(verb, task, status=error.status)
    except KeptError as error:
        return "kept", f"{name} was not {DONE[verb]}. {error}"
    except TaskError as error:
        return "busy or gone", f"{name} was not {DONE[verb]}. {error}"
