"""One action on many tasks: each is asked by itself, with an outcome of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict

from tasks_app import audit
from tasks_app.errors import TaskError
from tasks_app.models import Task

from . import steering

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from tasks_app.events import Origin


class Outcome(TypedDict):
    """What became of one task: `done`, or the code of what was in the way."""

    id: str
    outcome: str
    detail: str


def act(
    action: str, ids: Iterable[UUID], *, user: User, origin: Origin
) -> Iterator[Outcome]:
    """Do `action` to each of the tasks that `user` may see; one refusal stops none."""
    wanted = list(ids)
    visible = Task.objects.visible_to(user).for_list().filter(pk__in=wanted)
    found = {task.pk: task for task in visible}
    for pk in wanted:
        outcome = _act(action, pk, found.get(pk), user, origin)
        name = user.get_username()
        audit.record(f"bulk {action}", who=name, outcome=outcome["outcome"], task=pk)
        yield outcome


def _act(
    action: str, pk: UUID, task: Task | None, user: User, origin: Origin
) -> Outcome:
    if task is None:
        text = "There is no such task, or you may not see it."
        return Outcome(id=str(pk), outcome="not_found", detail=text)
    try:
        steering.ask(task, action, user=user, origin=origin)
    except TaskError as error:
        return Outcome(id=str(pk), outcome=error.code, detail=str(error))
    return Outcome(id=str(pk), outcome="done", detail="")
