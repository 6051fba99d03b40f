"""The files that tasks produced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tasks_app.models import Artifact

from .content import damage
from .finding import Finding, Look, Pulse

CHUNK: Final = 200  # rows in memory
CLEANED: Final = ("files.process", "cleaned.parquet")  # the rows of it are told


def count() -> int:
    """Return how many there are."""
    return Artifact.objects.count()


def look(after: str, *, reads: bool, pulse: Pulse) -> Iterator[Look]:
    """Look at each behind the place `after`, in the order of their rows."""
    last = int(after or 0)
    while rows := list(_next(last)):
        for row in rows:
            yield Look(str(row.pk), row.size, _finding(row, reads=reads, pulse=pulse))
        last = rows[-1].pk


def _next(last: int) -> Any:
    rows = Artifact.objects.filter(pk__gt=last).select_related("task")
    known = ("task", "file", "name", "size", "sha256", "task__operation")
    return rows.only(*known).order_by("pk")[:CHUNK]


def _finding(row: Artifact, *, reads: bool, pulse: Pulse) -> Finding | None:
    facts: dict[str, Any] = {"size": row.size, "sha256": row.sha256, "rows": _rows(row)}
    wrong = damage(Path(row.file.path), **facts, reads=reads, pulse=pulse)
    # A row that has gone meanwhile, or was replaced, took its file along.
    if not wrong or not Artifact.objects.filter(pk=row.pk).exists():
        return None
    name = row.file.name or ""
    return Finding("artifact", row.name, name, wrong, task=str(row.task_id))


def _rows(row: Artifact) -> int | None:
    """Return how many rows the task says it has; None where none says so."""
    if (row.task.operation, row.name) != CLEANED:
        return None
    result = Artifact.objects.filter(pk=row.pk).values_list("task__result", flat=True)
    told = result.first() or {}
    return None if told.get("decision") == "new_rows" else told.get("good")
