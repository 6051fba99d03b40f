"""The files of the dataset of contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tasks_app.errors import OperationError
from tasks_app.operations.contracts import dataset
from tasks_app.operations.contracts.dataset import File, Manifest, Source

from .content import wrong_size
from .finding import Finding, Look, Pulse
from .parquet import parquet_damage

MANIFEST: Final = "contracts/manifest.json"
BROKEN: Final = (OperationError, OSError)  # of what is no manifest


def count() -> int:
    """Return how many there are, the list of them included."""
    try:
        return len(_files(dataset.current())) + 1
    except BROKEN:
        return 1


def look(after: str, *, reads: bool, pulse: Pulse) -> Iterator[Look]:
    """Look at each behind the place `after`, in the order of their names."""
    try:
        files = _files(dataset.current())
    except BROKEN:
        wrong = "the list of its files cannot be read, so nobody can use them"
        yield Look("", 0, Finding("contracts", "all of them", MANIFEST, wrong))
        return
    yield Look(after)
    for source, file in files:
        if file.path > after:
            found = _finding(source, file, reads=reads, pulse=pulse)
            yield Look(file.path, file.size, found)


def _files(manifest: Manifest) -> list[tuple[Source, File]]:
    found = [(source, file) for source in manifest.sources for file in source.files]
    return sorted(found, key=lambda each: each[1].path)


def _finding(
    source: Source, file: File, *, reads: bool, pulse: Pulse
) -> Finding | None:
    wrong = _damage(file, reads=reads, pulse=pulse)
    if not wrong or not _is_named(file):  # an import replaced it meanwhile
        return None
    what = f"{wrong}; import the file again to repair its contracts of {file.year}"
    place = f"contracts/{file.path}"
    return Finding("contracts of", source.name, place, what, task=source.task)


def _damage(file: File, *, reads: bool, pulse: Pulse) -> str:
    path = dataset.folder() / file.path
    if path.is_file() and (wrong := wrong_size(path.stat().st_size, file.size)):
        return wrong
    if (reads or not path.is_file()) and (wrong := dataset.damage(file)):
        return wrong
    pulse()
    facts: dict[str, Any] = {"reads": reads, "pulse": pulse}
    return parquet_damage(path, rows=file.rows, **facts)


def _is_named(file: File) -> bool:
    return any(file == each for _, each in _files(dataset.current()))
