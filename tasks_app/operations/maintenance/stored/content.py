"""Whether one file is as it was written: there, whole, unchanged, readable."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from .finding import Pulse
from .parquet import parquet_damage

CHUNK: Final = 1 << 20  # bytes
PARQUET: Final = ".parquet"


def damage(
    path: Path,
    *,
    size: int,
    sha256: str = "",
    rows: int | None = None,
    reads: bool,
    pulse: Pulse,
) -> str:
    """Return what is wrong in words, empty when nothing is.

    What is not recorded, an empty `sha256` or no `rows`, is not compared. With `reads`
    the content is read, else only looked at from outside and at its end.
    """
    try:
        if wrong := wrong_size(path.stat().st_size, size):
            return wrong
        if reads and sha256 and _digest(path, pulse) != sha256:
            return "its content has changed"
    except FileNotFoundError:
        return "it is no longer there"
    except OSError:
        return "the disk cannot read it"
    if path.suffix == PARQUET:
        return parquet_damage(path, rows=rows, reads=reads, pulse=pulse)
    return ""


def wrong_size(found: int, size: int) -> str:
    """Return in words that a file has not its size; empty when it has."""
    if found < size:
        return f"it was cut short: it has {found:,} bytes of {size:,}"
    return f"it has {found:,} bytes instead of {size:,}" if found > size else ""


def _digest(path: Path, pulse: Pulse) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            pulse()
    return digest.hexdigest()
