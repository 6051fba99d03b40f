"""Keeps which tasks are failed, each with those that failed alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from tasks_app.models import FailedTask, FailureGroup, TaskEvent
from tasks_app.statuses import Status

from .counting import moves
from .wording import without_details

WORKER_LOST = "worker_lost"  # what the keeper writes tells of crashes instead of a code


def keep_failures(events: Sequence[TaskEvent]) -> None:
    """Bring the failed tasks and their groups to where these events lead."""
    moved = moves(events)
    left = [event.task_id for event in moved if event.from_status == Status.FAILED]
    if left:
        FailedTask.objects.filter(task__in=left).delete()
    failed = [event for event in moved if event.to_status == Status.FAILED]
    if failed:
        groups = {event.pk: group_of(event) for event in failed}
        _save_groups(groups.values())
        newest = {event.task_id: event for event in moved}
        _save_tasks(
            FailedTask(
                task_id=event.task_id,
                group=groups[event.pk],
                version=event.version,
                at=event.at,
            )
            for event in failed
            if newest[event.task_id] is event
        )


def group_of(event: TaskEvent) -> FailureGroup:
    """Return the group, not saved yet, of the failure that `event` tells."""
    lost = WORKER_LOST if "crash_count" in event.data else ""
    code = str(event.data.get("code", lost))[:100]
    text = without_details(event.message)
    key = "\0".join((event.task.operation, code, text))
    return FailureGroup(
        id=hashlib.sha256(key.encode()).hexdigest()[:32],
        operation=event.task.operation,
        code=code,
        text=text,
        first_seen_at=event.at,
        last_seen_at=event.at,
    )


def _save_groups(groups: Iterable[FailureGroup]) -> None:
    merged: dict[str, FailureGroup] = {}
    given = list(groups)
    known = FailureGroup.objects.in_bulk({group.pk for group in given})
    for group in [*known.values(), *given]:
        one = merged.setdefault(group.pk, group)
        one.first_seen_at = min(one.first_seen_at, group.first_seen_at)
        one.last_seen_at = max(one.last_seen_at, group.last_seen_at)
    FailureGroup.objects.bulk_create(
        merged.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["first_seen_at", "last_seen_at"],
    )


def _save_tasks(tasks: Iterable[FailedTask]) -> None:
    FailedTask.objects.bulk_create(
        tasks,
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["group", "version", "at"],
    )
