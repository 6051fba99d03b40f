"""Goes through the contracts that are meant, one file at a time.

A file that is damaged is told and left out: the others are still right.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.context import Context
from tasks_app.operations.contracts import dataset
from tasks_app.operations.contracts.dataset import File, Source
from tasks_app.operations.contracts.filters import Filters


class Reading:
    """One pass over the dataset as it is at the beginning."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.filters = Filters(context.params["filters"])
        self.manifest = dataset.current()
        self.left_out: list[str] = []
        self._told = set(context.position or [])
        if not self.manifest.sources:
            raise OperationError(
                "There are no contracts yet. Import a file of them first, with the"
                " operation “Import contracts”.",
                code="no_contracts",
            )

    def frames(self) -> Iterator[pl.LazyFrame]:
        """Yield the contracts of each file that may have some, and tell the progress.

        Raises OperationError when all files are damaged.
        """
        files = [
            (source, file)
            for source in self.manifest.sources
            for file in source.files
            if self.filters.may_have(file)
        ]
        files.sort(key=lambda found: found[1].year)
        total, done = sum(file.rows for _, file in files), 0
        for source, file in files:
            self._context.checkpoint()
            if damage := dataset.damage(file):
                self._leave_out(source, file, damage)
            else:
                rows = pl.scan_parquet(dataset.folder() / file.path)
                yield rows.filter(self.filters.condition)
            done += file.rows
            text = f"Looked through {done:,} contracts"
            self._context.progress(done, total, text)
        if files and len(self.left_out) == len(files):
            raise OperationError(
                "All files of these contracts are damaged, the last one because"
                f" {damage}. Import “{source.name}” again to repair them.",
                code="damaged_files",
            )

    def _leave_out(self, source: Source, file: File, damage: str) -> None:
        text = (
            f"{file.rows:,} contracts of {file.year} from “{source.name}” are left out,"
            f" because their file is damaged: {damage}. Import “{source.name}” again to"
            " repair it."
        )
        self.left_out.append(text)
        if file.path not in self._told:
            self._told.add(file.path)
            self._context.error(text)
            self._context.save(sorted(self._told))  # so that nothing is told twice
