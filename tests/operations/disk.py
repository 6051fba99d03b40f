"""A disk that fills up."""

from __future__ import annotations

import shutil
from pathlib import Path


def filled(folder: Path, *, leave: int) -> None:
    """Leave so many bytes on the disk of `folder`."""
    with (folder / "filler").open("wb") as file:
        file.write(b"x" * (shutil.disk_usage(folder).free - leave))


def emptied(folder: Path) -> None:
    """Take back what `filled` wrote."""
    (folder / "filler").unlink()
