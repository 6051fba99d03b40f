"""What people ask of a task that is there: may they, and do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tasks_app import lifecycle
from tasks_app.errors import NotPermittedError

from . import registry, submission

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.events import Origin
    from tasks_app.models import Task


def _delete(task: Task, *, origin: Origin, **more: Any) -> Task:
    lifecycle.delete(task, **more)
    return task


STARTING: Final = ("answer", "resume", "retry")
VERBS: Final[Mapping[str, Callable[..., Task]]] = {
    "cancel": lifecycle.cancel,
    "pause": lifecycle.pause,
    "resume": submission.resume,
    "retry": submission.retry,
    "delete": _delete,
    "keep": lifecycle.keep,
    "unkeep": lifecycle.unkeep,
}


def ask(task: Task, verb: str, *, user: User, origin: Origin, **more: Any) -> Task:
    """Return the task after `verb`, one of VERBS; raises NotPermittedError.

    `more` is the `expected_version`, and for `cancel` the `reason`. Raises what the
    verb raises.
    """
    if not task.permits(user, verb) or not may_start(task, verb, user):
        raise NotPermittedError(verb)
    return VERBS[verb](task, origin=origin, **more)


def answer(
    task: Task,
    *,
    choice: str,
    user: User,
    origin: Origin,
    expected_version: int | None = None,
) -> Task:
    """Return the task, which goes on with the answer; raises NotPermittedError.

    Raises InvalidInputError for a choice that the task does not offer, and what a verb
    raises.
    """
    if not task.permits(user, "answer") or not may_start(task, "answer", user):
        raise NotPermittedError("answer")
    return submission.answer(
        task, choice=choice, origin=origin, expected_version=expected_version
    )


def may_start(task: Task, verb: str, user: User) -> bool:
    """Whether `user` may let the operation run: it may do what they may not."""
    kind = registry.lookup(task.operation)
    if verb not in STARTING or kind is None:
        return True
    theirs = task.owner_id == user.pk
    return kind.open_to(user) and (theirs or not kind.acts_for_owner)
