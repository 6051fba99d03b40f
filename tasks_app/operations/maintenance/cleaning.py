"""What can be cleaned up, one kind after the other: what would go, and what went.

Each is asked for in small batches, and what a task that waits, runs or is paused needs
is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from tasks_app import lifecycle
from tasks_app.lifecycle.clearing import GRACE
from tasks_app.models import Artifact, Fingerprint, Task, Upload

from . import leavings

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from .stored.finding import Pulse

CHUNK: Final = 500
HEADER: Final = ("Kind", "Id", "Name", "Bytes", "Why")
EXPIRED: Final = "it cannot be downloaded any more"
OVER: Final = "its time to live is over"
FORGOTTEN: Final = "its task is gone or made nothing of the file, and {}"
UNNEEDED: Final = "no task has it"


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that went, or would go."""

    kind: str
    id: str
    name: str
    size: int
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        """It as a row below HEADER."""
        return self.kind, self.id, self.name, str(self.size or ""), self.why


Batches = Iterator[list[Gone]]


@dataclass(frozen=True, slots=True)
class Cleaner:
    """One kind of things: `would` only looks, `does` removes; in batches both."""

    would: Callable[[Pulse], Batches]
    does: Callable[[Pulse], Batches]


def _artifact(row: Artifact) -> Gone:
    name = f"{row.name} of “{row.task.title}”"
    return Gone("artifact", str(row.pk), name, row.size, EXPIRED)


def _upload(row: Upload) -> Gone:
    return Gone("upload", str(row.pk), row.original_name, row.size, UNNEEDED)


def _fingerprint(row: Fingerprint) -> Gone:
    return Gone("fingerprint", str(row.task), row.name, 0, FORGOTTEN.format(OVER))


def _task(pk: UUID, title: str, status: str) -> Gone:
    why = f"{status.replace('_', ' ')}, and {OVER}"
    return Gone("task", str(pk), title, 0, why)


def _file(path: Path, size: int, why: str) -> Gone:
    inside = path.is_relative_to(settings.MEDIA_ROOT)
    name = path.relative_to(settings.MEDIA_ROOT) if inside else path.name
    return Gone("file", "", str(name), size, why)


def _chunks(found: Iterator[Gone]) -> Batches:
    batch: list[Gone] = []
    for gone in found:
        batch.append(gone)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(query: Callable[[], Any], gone: Callable[[Any], Gone], *, by: str) -> Any:
    def would(_: Pulse) -> Batches:
        for rows in _portions(query, by=by):
            yield [gone(row) for row in rows]

    return would


def _portions(query: Callable[[], Any], *, by: str) -> Iterator[list[Any]]:
    """Yield the rows by a column, each portion read to its end.

    While a query is only half read, SQLite refuses what the same connection writes as
    soon as anybody else has written.
    """
    rows = query().order_by(by, "pk")
    found = list(rows[:CHUNK])
    while found:
        yield found
        value, pk = getattr(found[-1], by), found[-1].pk
        behind = rows.filter(**{f"{by}__gte": value})
        found = list(behind.exclude(**{by: value, "pk__lte": pk})[:CHUNK])


def _until_none(clear: Callable[[], list[Any]], gone: Callable[[Any], Gone]) -> Any:
    def does(_: Pulse) -> Batches:
        while found := clear():
            yield [gone(each) for each in found]

    return does


def _old_tasks(_: Pulse) -> Batches:
    def rows() -> Any:
        return Task.objects.past_time_to_live().only("title", "status", "expires_at")

    for found in _portions(rows, by="expires_at"):
        yield [_task(row.pk, row.title, row.status) for row in found]


def _prune(_: Pulse) -> Batches:
    while found := lifecycle.prune_some():
        yield [_task(row.pk, row.title, row.status) for row in found]
    lifecycle.forget_removed()


def _old_files(pulse: Pulse, *, removes: bool) -> Batches:
    found = leavings.leavings(pulse)
    if removes:
        went = (each for each in found if leavings.remove(each[0], each[2]))
        return _chunks(_file(*each) for each in went)
    return _chunks(_file(*each) for each in found)


CLEANERS: Final = {
    "artifacts": Cleaner(
        _rows(Artifact.objects.expired, _artifact, by="expires_at"),
        _until_none(lifecycle.clear_artifacts, _artifact),
    ),
    "tasks": Cleaner(_old_tasks, _prune),
    "uploads": Cleaner(
        _rows(lambda: Upload.objects.unneeded(for_at_least=GRACE), _upload, by="pk"),
        _until_none(lifecycle.clear_uploads, _upload),
    ),
    "fingerprints": Cleaner(
        _rows(Fingerprint.objects.outlived, _fingerprint, by="made_at"),
        _until_none(lifecycle.clear_fingerprints, _fingerprint),
    ),
    "files": Cleaner(
        partial(_old_files, removes=False), partial(_old_files, removes=True)
    ),
}
