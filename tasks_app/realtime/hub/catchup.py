"""Reads from the database what changed; whatever Redis lost is found here.

Blocking: called in a thread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.events import Removed
from tasks_app.models import Feed, RemovedTask, Task
from tasks_app.models.feed import Cursor, settled
from tasks_app.models.wire import artifacts_wire, result_wire, row_wire
from tasks_app.realtime.subscriptions import ById, Subscription
from tasks_app.statuses import FINAL

if TYPE_CHECKING:
    from uuid import UUID

    from tasks_app.models.queries import TaskQuerySet
    from tasks_app.realtime.delivery.viewer import Viewer

CHUNK: Final = 500  # rows in one query
MOST_REPLAYED: Final = 1000  # changes a replay may hold; with more, a list is cheaper


@dataclass(slots=True)
class Changes:
    """What changed up to `cursor`; `reset` when what was known means nothing now."""

    cursor: Cursor
    tasks: list[dict[str, Any]] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    reset: bool = False


@dataclass(slots=True)
class Seen:
    """What a viewer is shown: tasks, ids that are not there (any more), the place."""

    tasks: list[dict[str, Any]]
    gone: list[str]
    place: Cursor

    @property
    def versions(self) -> dict[str, int]:
        """The version of each task."""
        return {task["id"]: task["version"] for task in self.tasks}


def read(
    since: Cursor | None, known: Mapping[str, int], unsure: Collection[str] = ()
) -> Changes:
    """Return the changes since a place that are newer than `known`, or in `unsure`.

    The place of the answer is read before the rows. What commits meanwhile comes twice
    rather than never.
    """
    now = settled()
    if since is None:
        return Changes(now)
    if since.epoch != now.epoch or since.position > now.position:
        return Changes(now, reset=True)
    changed = Task.objects.filter(feed_position__gte=since.position)
    versions = changed.values_list("pk", "version").iterator(chunk_size=5000)
    newer = [
        pk
        for pk, version in versions
        if known.get(str(pk), 0) < version or str(pk) in unsure
    ]
    gone = RemovedTask.objects.filter(feed_position__gte=since.position)
    owners = gone.values_list("pk", "owner_id")
    removed = [Removed(id=str(pk), owner_id=owner) for pk, owner in owners]
    return Changes(now, _rows(newer), removed)


def snapshot(asked: Subscription, viewer: Viewer) -> Seen:
    """Return the watched tasks as they are; `gone` are the ids not to be seen."""
    place = settled()
    visible = Task.objects.visible_to(viewer.rights.user).for_list()
    tasks = _seen(asked.rows(visible), viewer)
    shown = {task["id"] for task in tasks}
    missing = sorted(asked.ids - shown) if isinstance(asked, ById) else []
    return Seen(tasks, missing, place)


def replay(asked: Subscription, viewer: Viewer, after: Cursor) -> Seen | None:
    """Return the changes after a place; `gone` are the tasks removed since.

    None when that cannot be done in full: another epoch, a place from the future, too
    long ago, or too much. Never a part of it.
    """
    place = settled()
    if after.epoch != place.epoch or after.position > place.position:
        return None
    visible = Task.objects.visible_to(viewer.rights.user).for_list()
    rows = visible.filter(feed_position__gte=after.position)
    gone = RemovedTask.objects.filter(feed_position__gte=after.position)
    if not viewer.rights.sees_all:
        gone = gone.filter(owner_id=viewer.rights.user.pk)
    if isinstance(asked, ById):
        rows, gone = rows.filter(pk__in=asked.ids), gone.filter(pk__in=asked.ids)
    tasks = _seen(rows[: MOST_REPLAYED + 1], viewer)
    removed = [str(pk) for pk in gone.values_list("pk", flat=True)[: MOST_REPLAYED + 1]]
    # Read last: what is forgotten meanwhile may be missing above.
    floor = Feed.objects.values_list("floor", flat=True).get(pk=1)
    if len(tasks) + len(removed) > MOST_REPLAYED or after.position < floor:
        return None
    for task in tasks:
        task["left"] = not asked.matches(task)
    return Seen(tasks, removed, place)


def _seen(rows: TaskQuerySet, viewer: Viewer) -> list[dict[str, Any]]:
    tasks = []
    for row in _with_results(rows):
        permitted = viewer.rights.on(row.owner_id)
        actions = [action for action in row.legal_actions if action in permitted]
        tasks.append({**_told(row), "actions": actions})
    return tasks


def _rows(ids: list[UUID]) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = []
    for start in range(0, len(ids), CHUNK):
        rows = Task.objects.for_list().filter(pk__in=ids[start : start + CHUNK])
        found = _with_results(rows)
        tasks.extend({**_told(row), "owner_id": row.owner_id} for row in found)
    return tasks


def _told(row: Task) -> dict[str, Any]:
    """Return what everybody who may see the row is told of it."""
    artifacts = artifacts_wire(row, row.artifacts.all())
    return {**row_wire(row), **result_wire(row), "artifacts": artifacts}


def _with_results(query: TaskQuerySet) -> list[Task]:
    """Return the rows with their artifacts, and with their results where small."""
    rows = list(query.prefetch_related("artifacts"))
    ended = [row.pk for row in rows if row.status in FINAL]
    results = Task.objects.filter(pk__in=ended).small_results() if ended else {}
    for row in rows:
        if row.pk in results:
            row.result = results[row.pk]
    return rows
