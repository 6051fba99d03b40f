"""The second reading of a file: its rows go to Parquet and to the report, enriched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.files.values.columns import as_values
from tasks_app.operations.files.values.enrichment import Addition, added
from tasks_app.operations.files.writing.report import READABLE, SHOWN, Report
from tasks_app.operations.tables.ahead import ahead
from tasks_app.operations.tables.batches import Batch, batches
from tasks_app.operations.tables.table import Table

ROW_GROUP = 50_000  # rows
LEVEL = 1  # of Zstandard: higher ones take longer and make tables no smaller


def write_table(
    table: Table,
    found: TableFinding,
    *,
    index: int,
    path: Path,
    report: Report,
    only: pl.Series | None = None,
) -> Iterator[int]:
    """Write the table to `path` and to the report; yield rows done, after each batch.

    With `only` the places of the sound rows that are wanted, counted from 0. Parquet
    cannot be written row by row with what we have, so each batch becomes a file beside
    `path`, and the files are streamed into one at the end. Raises OperationError when
    the file is not the one that was inspected.
    """
    done = 0
    parts: list[Path] = []
    additions = found.additions()
    names = [addition.name for addition in additions]
    report.columns(found.name, found.columns)
    report.header(index, [*found.layout.columns, *names])
    left = SHOWN if found.good > READABLE else found.good

    def make(piece: _Piece) -> _Piece:
        values, piece.more = _enriched(piece.wanted, found, additions)
        frame = values.hstack(piece.more)
        frame.write_parquet(piece.part, compression="lz4", statistics=False)
        return piece

    for piece in ahead(make, _pieces(batches(table, found.layout), path, only)):
        parts.append(piece.part)
        report.rows(index, _as_text(piece.wanted.head(left), piece.more.head(left)))
        left -= min(left, piece.wanted.height)
        report.bad_rows(found.name, piece.batch.bad)
        done += piece.batch.frame.height + len(piece.batch.bad)
        yield done
    if found.good > READABLE:
        report.leave_out(index, found.good - SHOWN)
    pl.scan_parquet(parts).sink_parquet(
        path, compression="zstd", compression_level=LEVEL, row_group_size=ROW_GROUP
    )
    for part in parts:
        part.unlink()


@dataclass
class _Piece:
    """A batch on its way to the disk."""

    batch: Batch
    wanted: pl.DataFrame
    part: Path
    more: pl.DataFrame = field(default_factory=pl.DataFrame)  # what was added


def _pieces(
    batches: Iterable[Batch], path: Path, only: pl.Series | None
) -> Iterator[_Piece]:
    place = 0
    for number, batch in enumerate(batches):
        wanted = _wanted(batch.frame, place, only)
        yield _Piece(batch, wanted, path.with_name(f"part-{number:06}.parquet"))
        place += batch.frame.height


def _wanted(frame: pl.DataFrame, place: int, only: pl.Series | None) -> pl.DataFrame:
    if only is None:
        return frame
    here = only.filter((only >= place) & (only < place + frame.height)) - place
    return frame[here]


def _enriched(
    frame: pl.DataFrame, found: TableFinding, additions: list[Addition]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    values = _values(frame, found)
    return values, added(frame, values, additions)


def _as_text(frame: pl.DataFrame, more: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield rows as they stood in the file, with what was added as text."""
    shown = more.select(pl.all().cast(pl.String).fill_null(""))
    return frame.hstack(shown).iter_rows()


def _values(frame: pl.DataFrame, found: TableFinding) -> pl.DataFrame:
    try:
        return pl.DataFrame(
            [as_values(frame[column.name], column) for column in found.columns]
        )
    except (ValueError, pl.exceptions.PolarsError) as error:
        raise OperationError(
            "The file changed while it was being read. Upload it again.",
            code="file_changed",
        ) from error
