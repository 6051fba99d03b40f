"""The contracts that were imported: Parquet files, and a manifest that names them.

    contracts/manifest.json                           what counts, and nothing else
    contracts/sources/ID/year=2025/part-0000.parquet  at most FILE_ROWS contracts each
    contracts/staging/TASK/…                          what an import has so far

Parted by the year in which a contract begins, because questions name days. A file never
changes. An import writes its files first and then replaces the manifest, in one step:
who reads sees all of an import or nothing. What the manifest does not name any more
stays for a while, for those who began to read before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tasks_app.errors import OperationError

FORMAT: Final = 1
FILE_ROWS: Final = 250_000
DAMAGED: Final = (
    "The list of the imported contracts is damaged, so nobody can tell which of them"
    " count. Restore contracts/manifest.json from a backup, or import a file with the"
    " mode “replace”."
)


@dataclass(frozen=True)
class File:
    """A Parquet file; the days are the first and last on which contracts begin."""

    path: str  # below the folder of contracts
    year: int
    rows: int
    size: int  # bytes
    sha256: str
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Source:
    """One imported file. `reading` says how its dates and amounts were read."""

    id: str
    name: str
    sha256: str
    task: str
    imported_at: str
    rows: int
    bad: int
    currency: str
    reading: dict[str, str]
    files: list[File]


@dataclass(frozen=True)
class Manifest:
    """What the dataset consists of; `version` counts its changes."""

    version: int = 0
    sources: list[Source] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Contracts of all files."""
        return sum(source.rows for source in self.sources)

    def holding(self, sha256: str) -> Source | None:
        """Return what was imported from a file with these bytes."""
        return next((s for s in self.sources if s.sha256 == sha256), None)


def folder() -> Path:
    """Return where the contracts are kept."""
    return Path(settings.MEDIA_ROOT) / "contracts"


def current() -> Manifest:
    """Return the dataset as it is now; empty before the first import.

    Raises OperationError when the manifest cannot be read.
    """
    try:
        saved: dict[str, Any] = json.loads((folder() / "manifest.json").read_bytes())
        sources = [
            Source(**{**source, "files": [File(**file) for file in source["files"]]})
            for source in saved["sources"]
        ]
        return Manifest(version=saved["version"], sources=sources)
    except FileNotFoundError:
        return Manifest()
    except (ValueError, TypeError, KeyError) as error:
        raise OperationError(DAMAGED, code="dataset_damaged") from error


def before(*, anew: bool) -> Manifest:
    """Return what is to be changed; nothing of what is damaged, if it is made anew."""
    try:
        return current()
    except OperationError:
        if anew:
            return Manifest()
        raise


def damage(file: File) -> str:
    """Return what is wrong with a file in words, empty when it is as it was written."""
    path = folder() / file.path
    try:
        size = path.stat().st_size
        if size != file.size:
            return f"it has {size:,} bytes of {file.size:,}"
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return "it is no longer there"
    except OSError:
        return "the disk cannot read it"
    return "" if digest == file.sha256 else "its content has changed"


def described(path: Path, *, year: int, rows: int, days: tuple[str, str]) -> File:
    """Return what the manifest tells of a file that was just written."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    below = path.relative_to(folder()).as_posix()
    return File(below, year, rows, path.stat().st_size, digest, *days)


@contextmanager
def held() -> Iterator[None]:
    """Hold the dataset for a moment: nobody else replaces the manifest meanwhile."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def changing(*, anew: bool = False) -> Iterator[Manifest]:
    """Hold the dataset, and yield what is to be changed."""
    with held():
        yield before(anew=anew)


def replace(before: Manifest, sources: list[Source]) -> Manifest:
    """Make `sources` the dataset; only inside of `changing`."""
    for gone in {s.id for s in before.sources} - {s.id for s in sources}:
        with suppress(FileNotFoundError):
            os.utime(folder() / "sources" / gone)  # from now on it is kept for a while
    after = Manifest(before.version + 1, sources)
    fresh = folder() / "manifest.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, **asdict(after)}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        fresh.unlink()
        raise
    fresh.replace(folder() / "manifest.json")
    return after
