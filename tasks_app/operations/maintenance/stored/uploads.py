"""The files that were given to tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tasks_app.models import Upload

from .content import damage
from .finding import Finding, Look, Pulse

CHUNK: Final = 200  # rows in memory


def count() -> int:
    """Return how many there are."""
    return Upload.objects.count()


def look(after: str, *, reads: bool, pulse: Pulse) -> Iterator[Look]:
    """Look at each behind the place `after`, in the order of their rows."""
    last = int(after or 0)
    while rows := list(Upload.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            yield Look(str(row.pk), row.size, _finding(row, reads=reads, pulse=pulse))
        last = rows[-1].pk


def _finding(row: Upload, *, reads: bool, pulse: Pulse) -> Finding | None:
    facts: dict[str, Any] = {"size": row.size, "sha256": row.sha256}
    wrong = damage(row.path, **facts, reads=reads, pulse=pulse)
    # A row that has gone meanwhile took its file along.
    if not wrong or not Upload.objects.filter(pk=row.pk, file=row.file.name).exists():
        return None
    task = row.tasks.values_list("pk", flat=True).order_by("created_at").first()
    name = row.file.name or ""
    return Finding("upload", row.original_name, name, wrong, task=str(task or ""))
