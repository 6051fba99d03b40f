"""Files that nobody will come back for, and how they are removed.

What works now is younger than a day: an operation may run for some hours, and what it
writes is in a folder of its own. Longer time limits are waited for.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from tasks_app.lifecycle.clearing import GRACE
from tasks_app.operations import registry
from tasks_app.operations.context import FOLDER
from tasks_app.operations.contracts import sweeping

from .stored.finding import Pulse
from .stored.spare import is_named, spare_files

Leaving = tuple[Path, int]  # bytes
SPARE: Final = "no row names it"
TEMPORARY: Final = "its worker died while it wrote it"
OLD_IMPORT: Final = "no import needs it"


def leavings(pulse: Pulse) -> Iterator[tuple[Path, int, str]]:
    """Yield files and folders to remove, with their bytes, and why."""
    for path, size in spare_files(pulse):
        yield path, size, SPARE
    for path in _temporary():
        yield path, _size(path), TEMPORARY
    # All sizes first: with the first of them the others go as well.
    for path, size in [(path, _size(path)) for path in sweeping.unneeded()]:
        yield path, size, OLD_IMPORT


def remove(path: Path, why: str) -> bool:
    """Remove it, unless somebody needs it by now; False when it stayed."""
    if why == OLD_IMPORT:
        sweeping.sweep()  # asks again, while no import ends
    elif why == TEMPORARY:
        shutil.rmtree(path, ignore_errors=True)
    elif not is_named(path):
        with suppress(OSError):
            path.unlink()
    return not path.exists()


def _temporary() -> Iterator[Path]:
    longest = max((kind.time_limit for kind in registry.every()), default=timedelta())
    before = time.time() - (GRACE + longest).total_seconds()
    for path in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):
            if path.is_dir() and _newest(path) < before:
                yield path


def _newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def _size(folder: Path) -> int:
    size = 0
    with suppress(FileNotFoundError):  # an import that ends takes its folder along
        for path in folder.rglob("*"):
            with suppress(OSError):
                size += path.stat().st_size if path.is_file() else 0
    return size
