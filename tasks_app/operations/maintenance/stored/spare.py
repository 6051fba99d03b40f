"""Files that no row names: left by a process that died, or by a full disk.

Those of a day ago and younger are left alone: somebody may be writing them, or their
rows may not be committed yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tasks_app.lifecycle.clearing import GRACE
from tasks_app.models import Artifact, Upload
from tasks_app.operations.contracts import sweeping

from .finding import Finding, Look, Pulse

CHUNK: Final = 500  # names in one question
FOLDERS: Final[dict[str, Any]] = {
    "uploads": Upload.objects,
    "artifacts": Artifact.objects,
}


def count() -> int:
    """Return 0: how many there are is known when all were looked at."""
    return 0


def look(after: str, *, reads: bool, pulse: Pulse) -> Iterator[Look]:
    """Look for them; there is no order, so it begins anew whatever `after` says."""
    for path, size in spare_files(pulse):
        what = "no upload and no task knows it; the clean-up removes it"
        yield Look("", size, _finding(path, what, size))
    for path in sweeping.unneeded():
        what = "no import needs it any more; the clean-up removes it"
        yield Look("", 0, _finding(path, what, 0))


def spare_files(pulse: Pulse) -> Iterator[tuple[Path, int]]:
    """Yield the files that no row names, with their bytes."""
    for name in FOLDERS:
        old = _old_files(Path(settings.MEDIA_ROOT) / name)
        while chunk := dict(islice(old, CHUNK)):
            pulse()
            named = _named(name, list(chunk))
            for file, size in chunk.items():
                if file not in named:
                    yield Path(settings.MEDIA_ROOT) / file, size


def is_named(path: Path) -> bool:
    """Whether a row names the file by now."""
    file = path.relative_to(settings.MEDIA_ROOT).as_posix()
    return bool(_named(path.parent.name, [file]))


def _named(folder: str, files: list[str]) -> set[str]:
    rows = FOLDERS[folder].filter(file__in=files)
    return set(rows.values_list("file", flat=True))


def _old_files(folder: Path) -> Iterator[tuple[str, int]]:
    if not folder.is_dir():
        return
    before = time.time() - GRACE.total_seconds()
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # removed with its task meanwhile
            if entry.is_file(follow_symlinks=False) and found.st_mtime < before:
                yield f"{folder.name}/{entry.name}", found.st_size


def _finding(path: Path, what: str, size: int) -> Finding:
    below = path.relative_to(settings.MEDIA_ROOT).as_posix()
    return Finding("spare file", path.name, below, what, size=size, is_spare=True)
