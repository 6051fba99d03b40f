"""The second reading of a file: its rows go to Parquet and to the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.files.batches import Batch, batches
from tasks_app.operations.files.columns import as_frame, as_values
from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.files.report import Report
from tasks_app.operations.files.tables import Table

ROW_GROUP = 50_000  # rows


def write_table(
    table: Table, found: TableFinding, *, index: int, path: Path, report: Report
) -> Iterator[int]:
    """Write the table to `path` and to the report; yield rows done, after each batch.

    Parquet cannot be written row by row with what we have, so each batch becomes a
    file beside `path`, and the files are streamed into one at the end. Raises
    OperationError when the file is not the one that was inspected.
    """
    done = 0
    parts: list[Path] = []
    report.columns(found.name, found.columns)
    report.header(index, found.layout.columns)
    for batch in batches(table, found.layout):
        part = path.with_name(f"part-{len(parts):06}.parquet")
        _values(batch, found).write_parquet(part, compression="lz4")
        parts.append(part)
        report.rows(index, batch.rows)
        report.bad_rows(found.name, batch.bad)
        done += len(batch.rows) + len(batch.bad)
        yield done
    pl.scan_parquet(parts).sink_parquet(
        path, compression="zstd", row_group_size=ROW_GROUP
    )
    for part in parts:
        part.unlink()


def _values(batch: Batch, found: TableFinding) -> pl.DataFrame:
    frame = as_frame(batch.rows, found.layout.columns)
    try:
        return pl.DataFrame(
            [as_values(frame[column.name], column) for column in found.columns]
        )
    except (ValueError, pl.exceptions.PolarsError) as error:
        raise OperationError(
            "The file changed while it was being read. Upload it again.",
            code="file_changed",
        ) from error
