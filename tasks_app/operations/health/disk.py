"""The disk on which uploads and results are stored."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tasks_app.conf import setting

from .looking import Look

MB: Final = 1_000_000


def disk() -> Look:
    """Whether DISK_FREE_BYTES are free where files are stored, and in DATA_DIR."""
    found = {
        name: shutil.disk_usage(_existing(Path(folder)))
        for name, folder in (
            ("files", settings.MEDIA_ROOT),
            ("data", settings.DATA_DIR),
        )
    }
    figures: dict[str, Any] = {}
    for name, usage in found.items():
        figures[f"{name}_free_bytes"] = usage.free
        figures[f"{name}_free_share"] = round(usage.free / usage.total, 4)
    least = min(usage.free for usage in found.values())
    if least < setting("DISK_FREE_BYTES"):
        return Look(f"it is almost full: {least / MB:,.0f} MB are free", figures)
    return Look(figures=figures)


def _existing(folder: Path) -> Path:
    """Return the folder, or the one in which it will be made."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
