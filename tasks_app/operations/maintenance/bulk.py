"""One action on every task that matches a filter, however many there are."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib.auth import get_user_model

from tasks_app.errors import CancelInterruption, OperationError, PauseInterruption
from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations import bulk, steering
from tasks_app.operations.registry import operation
from tasks_app.statuses import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tasks_app.operations.context import Context

NAME: Final = "maintenance.bulk"
CHUNK: Final = 200  # tasks looked up at once
WORDS: Final = {"type": "array", "items": {"type": "string"}, "maxItems": 50}
STATUSES: Final = {**WORDS, "items": {"enum": Status.values}}
TEXT: Final = {"type": "string", "maxLength": 200}
MOMENT: Final = {"type": "string", "format": "date-time"}
FILTER: Final = {  # of the words of the list
    "status": STATUSES,
    "operation": WORDS,
    "owner": TEXT,
    "source": {"enum": Source.values},
    "queue": TEXT,
    "priority": {"type": "integer", "minimum": 0, "maximum": 9},
    "batch": {"type": "string", "format": "uuid"},
    "search": TEXT,
    "error_group": TEXT,
    "created_after": MOMENT,
    "created_before": MOMENT,
    "finished_after": MOMENT,
    "finished_before": MOMENT,
}


@operation(
    NAME,
    title="Act on many tasks",
    description="Does one action to every task that matches a filter and that the"
    " owner may see; the outcome of each is a row of a file.",
    params={
        "type": "object",
        "properties": {
            "action": {"enum": sorted(steering.VERBS), "title": "Action"},
            "filter": {
                "type": "object",
                "title": "Filter",
                "description": 'Which tasks, for example {"status": ["failed"]}.',
                "properties": FILTER,
                "additionalProperties": False,
            },
        },
        "required": ["action", "filter"],
        "additionalProperties": False,
    },
    time_limit=timedelta(hours=12),
    acts_for_owner=True,
)
def act_on_all(context: Context) -> dict[str, Any]:
    """Go through the tasks in the order of their ids, so that each comes once."""
    name = f"outcomes-{context.task.attempt}.csv"
    with (
        context.artifact(name, content_type="text/csv") as path,
        path.open("w") as file,
    ):
        try:
            return _go_through(context, csv.writer(file))
        except (CancelInterruption, PauseInterruption):
            # What was done so far is kept; the end of this block stops us.
            return {}


def _go_through(context: Context, rows: Any) -> dict[str, Any]:
    known = context.position or {"after": None, "counts": {}}
    counts: dict[str, int] = known["counts"]
    user = _owner(context)
    origin = Origin(
        actor=user.get_username(),
        source=context.task.source,
        request_id=str(context.task.pk),
    )
    total = sum(counts.values()) + _matching(context, user, known["after"]).count()
    rows.writerow(["id", "outcome", "detail"])
    for user, ids in _chunks(context, known["after"]):
        for row in bulk.act(context.params["action"], ids, user=user, origin=origin):
            counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
            rows.writerow([row["id"], row["outcome"], row["detail"]])
        context.save({"after": str(ids[-1]), "counts": counts})
        context.progress(sum(counts.values()), total)
    return counts


def _chunks(context: Context, after: str | None) -> Iterator[tuple[Any, list[UUID]]]:
    """Yield ids, and the owner with the rights of just then: it may take hours."""
    while True:
        user = _owner(context)
        tasks = _matching(context, user, after)
        ids = list(tasks.values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        yield user, ids
        after = str(ids[-1])


def _owner(context: Context) -> Any:
    """Return the owner as they are now; raises OperationError when there is none."""
    people = get_user_model().objects.filter(is_active=True)
    if owner := people.filter(pk=cast(Any, context.task.owner_id)).first():
        return owner
    raise OperationError("This needs an owner who may sign in, in whose name it acts.")


def _matching(context: Context, user: Any, after: str | None) -> Any:
    """Return what matches and was not come to yet, but for tasks like this one."""
    tasks = Task.objects.visible_to(user).exclude(operation=NAME)
    tasks = tasks.filter(created_at__lte=context.task.created_at)
    tasks = tasks.narrowed(user=user, **context.params["filter"]).order_by("pk")
    return tasks.filter(pk__gt=after) if after else tasks
