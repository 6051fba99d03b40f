"""Looks for files of the same owner that hold what this one holds."""

from __future__ import annotations

from typing import Any, Final

from tasks_app.models import Fingerprint, Task, Upload
from tasks_app.models.fingerprint import FINISHED
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.marks.sketch import Sketch, likeness, share

MOST_FILES: Final = 500  # earlier ones, the newest, that a file is compared with
NEAR: Final = 0.5  # likeness of what is told as a similar file
LEAST_SHARE: Final = 0.05  # of the rows, that is told as an overlap
LISTED: Final = 5  # overlaps


def same_bytes(task: Task, upload: Upload) -> Task | None:
    """Return the last task of the same owner that finished with the same bytes."""
    return (
        Task.objects.filter(
            owner=task.owner_id,
            operation=task.operation,
            status__in=FINISHED,
            upload__sha256=upload.sha256,
        )
        .exclude(pk=task.pk)
        .order_by("-finished_at")
        .first()
    )


def find(task: Task, findings: Findings) -> dict[str, Any]:
    """Return what is known of the closest earlier file; nothing if none is close.

    `kind` is exact, near or overlap; `task` is None when that one was pruned.
    """
    lines = Sketch.load(bytes.fromhex(findings.lines))
    shingles = Sketch.load(bytes.fromhex(findings.shingles))
    found = []
    for earlier in Fingerprint.objects.before(task)[:MOST_FILES]:
        alike = likeness(shingles, Sketch.load(bytes(earlier.shingles)))
        theirs, sizes = Sketch.load(bytes(earlier.lines)), (findings.good, earlier.rows)
        known = share(lines, theirs, sizes=sizes)
        if alike >= NEAR or known >= LEAST_SHARE:
            found.append((alike, known, earlier))
    if findings.duplicate_of is not None:
        return {**_exact(findings.duplicate_of), "overlaps": _overlaps(found)}
    if not found:
        return {}
    alike, known, earlier = max(found, key=lambda item: (item[0], item[1]))
    return {
        "kind": "near" if alike >= NEAR else "overlap",
        **_named(earlier),
        "similarity": round(alike, 4),
        "overlap": round(known, 4),
        "overlaps": _overlaps(found),
    }


def _exact(task: str) -> dict[str, Any]:
    earlier = Task.objects.filter(pk=task).select_related("upload").first()
    name = earlier.original_filename if earlier else ""
    same = {"similarity": 1.0, "overlap": 1.0}
    return {"kind": "exact", "task": task, "name": name, **same}


def _overlaps(found: list[tuple[float, float, Fingerprint]]) -> list[dict[str, Any]]:
    """Return how much of this file is in which earlier ones, most first."""
    most = sorted(found, key=lambda item: -item[1])[:LISTED]
    return [{**_named(e), "share": round(known, 4)} for _, known, e in most if known]


def _named(earlier: Fingerprint) -> dict[str, Any]:
    there = Task.objects.filter(pk=earlier.task).exists()
    return {"task": str(earlier.task) if there else None, "name": earlier.name}
