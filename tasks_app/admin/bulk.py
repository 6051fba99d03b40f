"""One action on many tasks: the question before, and what came of it, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from tasks_app.errors import InvalidInputError
from tasks_app.models.counts import counts
from tasks_app.models.permitted import permitted_actions
from tasks_app.operations.maintenance.bulk import NAME
from tasks_app.operations.submission import submit
from tasks_app.statuses import ACTIONS, Status
from tasks_app.trace import current

from .filters import Asked, asked_by
from .words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from tasks_app.events import Origin

DONE: Final = {
    "cancel": "cancelled",
    "pause": "paused",
    "resume": "resumed",
    "retry": "retried",
    "delete": "deleted",
    "keep": "kept",
    "unkeep": "let go",
}
# Those that the bar of the list has.
CONSEQUENCES: Final = {
    "cancel": "What waits ends at once; what runs stops at its next checkpoint."
    " Work that is done already is not undone.",
    "pause": "What waits is held back; what runs stops at its next checkpoint.",
    "resume": "What is paused goes on where it stopped; what asks a question waits for"
    " its answer.",
    "retry": "What failed, was cancelled or had errors runs again from the start.",
    "delete": "They are gone for good, with their history, uploads and results. What"
    " is kept stays.",
}


@dataclass(frozen=True, slots=True)
class Verb:
    """An action as a button of the bar, with what its question says."""

    name: str

    @property
    def label(self) -> str:
        return self.name.capitalize()

    @property
    def consequence(self) -> str:
        return CONSEQUENCES[self.name]

    @property
    def applies(self) -> str:
        """The statuses in which it can be done."""
        return " ".join(sorted(ACTIONS[self.name]))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before many tasks are changed."""

    verb: Verb
    number: int
    is_exact: bool
    spared: int = 0  # how many match and cannot be asked for this
    own: int = 0  # how many match that act on many tasks themselves

    @property
    def title(self) -> str:
        """`Cancel 1,204 tasks?`"""
        return f"{self.verb.label} {self.number_said}?"

    @property
    def number_said(self) -> str:
        if self.is_exact:
            return counted(self.number, "task")
        return f"at least {counted(self.number, 'task')}"


def verbs_for(user: User, *, owns: bool) -> list[Verb]:
    """Return what `user` may ask of others' tasks, or of their own."""
    permitted = permitted_actions(user, owns=owns)
    return [Verb(name) for name in CONSEQUENCES if name in permitted]


def question_of_ticked(verb: str, number: int) -> Question:
    """Return the question for tasks that were chosen one by one."""
    return Question(Verb(verb), number, is_exact=True)


def question_of_all(verb: str, asked: Asked, user: User) -> Question:
    """Return the question for all that match: some are in no status for it."""
    found = counts(user, **asked.narrowed)
    own = _acting_on_many(asked, user)
    chosen = asked.status or Status.values
    others = {each: found.by_status.get(each, 0) - own.get(each, 0) for each in chosen}
    number = sum(others[status] for status in applicable(verb, asked))
    return Question(
        Verb(verb),
        number,
        found.is_exact,
        spared=sum(others.values()) - number,
        own=sum(own.get(status, 0) for status in chosen),
    )


def _acting_on_many(asked: Asked, user: User) -> dict[str, int]:
    """Return how many that match are left alone, since they do what is asked here."""
    operations = asked.narrowed.get("operation")
    if operations and NAME not in operations:
        return {}
    return counts(user, **{**asked.narrowed, "operation": [NAME]}).by_status


def applicable(verb: str, asked: Asked) -> list[str]:
    """Return the statuses of the filter in which the verb can be done."""
    return sorted(ACTIONS[verb] & set(asked.status or Status.values))


def asked_in(form: QueryDict) -> Asked:
    """Return the filter that a form of the list says it was shown with."""
    return asked_by(QueryDict(form.get("query", "").removeprefix("?")))


def start(verb: str, asked: Asked, request: HttpRequest, *, origin: Origin) -> None:
    """Begin to act on all that match, and say where that can be followed."""
    wanted = {**asked.wire(), "status": applicable(verb, asked)}
    try:
        task = submit(
            operation=NAME,
            params={"action": verb, "filter": wanted},
            title=f"{verb.capitalize()} what matches",
            owner=cast(Any, request.user),
            origin=origin,
        )
    except InvalidInputError as error:
        messages.error(request, f"Nothing was changed. {error}")
        return
    current().task = str(task.pk)
    address = reverse("admin:tasks_app_task_change", args=[task.pk])
    text = '<a href="{}">A task</a> does this now, and can be followed like any other.'
    messages.success(request, format_html(text, address))


def outcomes(verb: str, told: Iterable[str]) -> str:
    """Return how many were done and what the others were instead, each once.

    `told` has a few words for each task, such as `already completed`; empty: done.
    """
    reasons = Counter(told)
    done = reasons.pop("", 0)
    later = ", or asked to be" if verb in {"cancel", "pause"} else ""
    parts = [f"{counted(done, 'task')} {DONE[verb]}{later}."] if done else []
    for reason, number in reasons.most_common():
        parts.append(f"{number:,} {'was' if number == 1 else 'were'} {reason}.")
    return " ".join(parts)
