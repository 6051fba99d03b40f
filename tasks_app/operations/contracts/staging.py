"""What an import has read so far, so that it can go on after a pause or a crash.

Whole parts only: each is written under another name first, so a part that is there is
complete, and a second worker that writes the same part writes the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from tasks_app.operations.contracts import dataset
from tasks_app.operations.contracts.dataset import File
from tasks_app.operations.contracts.workbook import workbook
from tasks_app.operations.tables.table import Record

ROW_GROUP: Final = 50_000


class Staging:
    """The folder of one import."""

    def __init__(self, task: str, *, attempt: int) -> None:
        self.folder = dataset.folder() / "staging" / task
        self._attempt = attempt

    def begin(self, *, parts: int) -> None:
        """Make the folder; keep its first `parts` parts and nothing else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path.name[:6] >= f"{parts:06}":
                path.unlink(missing_ok=True)

    def holds(self, *, parts: int, good: int, bad: int) -> bool:
        """Whether the first `parts` parts are there with so many rows of each kind.

        They are not when an attempt that failed took them away with it.
        """
        end = f"{parts:06}"
        paths = [path for path in self._parts("*") if path.name < end]
        try:
            rows = sum(map(_height, paths))
        except (pl.exceptions.PolarsError, OSError):  # cut by a loss of power
            return False
        return rows == good and bad == sum(
            path.read_bytes().count(b"\n") for path in self._bad() if path.name < end
        )

    def write(self, number: int, good: pl.DataFrame, bad: Sequence[Record]) -> None:
        """Write part `number`: the contracts of each year, and the bad rows."""
        year = good["execution_date"].dt.year().alias("year")
        for (key,), rows in good.group_by(year, maintain_order=True):
            path = self.folder / f"{number:06}.{key}.parquet"
            self._put(rows, path)
        if bad:
            path = self.folder / f"{number:06}.bad.jsonl"
            fresh = path.with_suffix(f".{self._attempt}")
            # As JSON, which holds also what is no character and what no CSV reader
            # takes for a cell.
            with fresh.open("w", encoding="ascii") as file:
                lines = ([r.number, f"{r.problem}.", *r.cells] for r in bad)
                file.writelines(f"{json.dumps(line)}\n" for line in lines)
            fresh.replace(path)

    def assemble(self, source: str) -> Iterator[File]:
        """Write the files of `source` from the parts; yield each when it is there."""
        years = {path.suffixes[-2][1:] for path in self._parts("*")}
        for year in sorted(years):
            for number, parts in enumerate(_grouped(self._parts(year))):
                folder = dataset.folder() / "sources" / source / f"year={year}"
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"part-{number:04}.parquet"
                yield _assembled(parts, path, int(year), self._attempt)

    def bad_rows(self, path: Path, header: Sequence[str]) -> None:
        """Write the bad rows of all parts as one Excel file, as they were."""
        names = ["Row", "What is wrong", *header]
        with workbook(path, title="Bad rows", header=names) as book:
            for part in self._bad():
                with part.open(encoding="ascii") as file:
                    book.write(map(json.loads, file))

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _parts(self, year: str) -> list[Path]:
        return sorted(self.folder.glob(f"*.{year}.parquet"))

    def _bad(self) -> list[Path]:
        return sorted(self.folder.glob("*.bad.jsonl"))

    def _put(self, rows: pl.DataFrame, path: Path) -> None:
        fresh = path.with_suffix(f".{self._attempt}")
        rows.write_parquet(fresh, compression="lz4")
        fresh.replace(path)


def _grouped(parts: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield as many parts at a time as one file may hold."""
    group: list[Path] = []
    rows = 0
    for part in parts:
        height = _height(part)
        if group and rows + height > dataset.FILE_ROWS:
            yield group
            group, rows = [], 0
        group.append(part)
        rows += height
    if group:
        yield group


def _height(part: Path) -> int:
    rows: int = pl.scan_parquet(part).select(pl.len()).collect().item()
    return rows


def _assembled(parts: list[Path], path: Path, year: int, attempt: int) -> File:
    fresh = path.with_suffix(f".{attempt}")
    pl.scan_parquet(parts).sink_parquet(
        fresh, compression="zstd", row_group_size=ROW_GROUP
    )
    _sync(fresh)
    fresh.replace(path)
    day = pl.col("execution_date")
    rows, first, last = (
        pl.scan_parquet(path)
        .select(pl.len(), day.min().alias("first"), day.max().alias("last"))
        .collect()
        .row(0)
    )
    days = (first.isoformat(), last.isoformat())
    return dataset.described(path, year=year, rows=rows, days=days)


def _sync(path: Path) -> None:
    """Have the disk keep it before the manifest names it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
