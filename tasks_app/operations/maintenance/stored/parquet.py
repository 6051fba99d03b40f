"""Whether a Parquet file can be read, some rows at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from .finding import Pulse

if TYPE_CHECKING:
    import polars as pl

SLICE: Final = 50_000  # rows in memory: a group of those we write
UNREADABLE: Final = "it cannot be read as Parquet"


def parquet_damage(
    path: Path, *, rows: int | None = None, reads: bool, pulse: Pulse
) -> str:
    """Return what is wrong in words; empty when it has `rows` rows that can be read.

    Without `reads` only its end is, where the rows are counted.
    """
    # Not at the top: polars starts threads, and a worker forks after its imports.
    import polars as pl

    try:
        table = pl.scan_parquet(path)
        counted: int = table.select(pl.len()).collect().item()
        if rows is not None and counted != rows:
            return f"it has {counted:,} rows instead of {rows:,}"
        if reads:
            _read(table, counted, pulse)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return UNREADABLE
    return ""


def _read(table: pl.LazyFrame, rows: int, pulse: Pulse) -> None:
    for start in range(0, rows, SLICE):
        table.slice(start, SLICE).collect()
        pulse()
