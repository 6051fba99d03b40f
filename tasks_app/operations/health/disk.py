"""The disk on which uploads and results are stored."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tasks_app.conf import setting

from .looking import Look

MB: Final = 1_000_000


def disk() -> Look:
    """Whether where files are stored, and in DATA_DIR, files can be written.

    DISK_FREE_BYTES have to be free there.
    """
    named = {"files": settings.MEDIA_ROOT, "data": settings.DATA_DIR}
    folders = {name: _existing(Path(folder)) for name, folder in named.items()}
    figures: dict[str, Any] = {}
    found = {name: shutil.disk_usage(folder) for name, folder in folders.items()}
    for name, usage in found.items():
        figures[f"{name}_free_bytes"] = usage.free
        figures[f"{name}_free_share"] = round(usage.free / usage.total, 4)
    locked = [name for name, place in folders.items() if not _is_writable(place)]
    if locked:
        return Look(f"nothing can be written in the folder of {locked[0]}", figures)
    least = min(usage.free for usage in found.values())
    if least < setting("DISK_FREE_BYTES"):
        return Look(f"it is almost full: {least / MB:,.0f} MB are free", figures)
    return Look(figures=figures)


def _is_writable(folder: Path) -> bool:
    """Whether files may be made there; nobody's may on a disk that is read-only."""
    return os.access(folder, os.W_OK | os.X_OK)


def _existing(folder: Path) -> Path:
    """Return the folder, or the one in which it will be made."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
