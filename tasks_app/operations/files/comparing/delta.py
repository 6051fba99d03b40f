"""What is new, changed, gone and unchanged in a table against an earlier one.

Rows are compared by the columns that both have. One that stands three times here and
twice there is unchanged twice and new once. With a key column, a new and a gone row of
the same key are one changed row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from tasks_app.operations.files.marks import hashes
from tasks_app.operations.files.normal import normal
from tasks_app.operations.tables.batches import batches
from tasks_app.operations.tables.layout import Layout
from tasks_app.operations.tables.named import named
from tasks_app.operations.tables.table import Table

ROW = ["one", "two"]  # two numbers of 64 bits: no two rows of any file share both
PARTS = 16  # compared one after the other: memory is for one of them
Seen = Callable[[int], None]


@dataclass
class Delta:
    """Rows by their place among the sound rows of their table, counted from 0."""

    new: pl.Series
    changed: pl.DataFrame  # `place` here, `earlier` there
    gone: pl.Series
    unchanged: int
    key: str = ""

    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind there are."""
        return {
            "new": len(self.new),
            "changed": self.changed.height,
            "gone": len(self.gone),
            "unchanged": self.unchanged,
        }

    def unknown(self) -> pl.Series:
        """Return the places of rows that the earlier table does not have."""
        return pl.concat([self.new, self.changed["place"]]).sort()


def common(columns: Sequence[str], earlier: Sequence[str]) -> dict[str, str]:
    """Return the columns that both tables have, with their names there."""
    there = {normal(name): name for name in earlier if name not in columns}
    found = {}
    for name in columns:
        match = name if name in earlier else there.pop(normal(name), None)
        if match is not None:
            found[name] = match
    return found


def digest(
    table: Table, layout: Layout, names: dict[str, str], *, key: str, seen: Seen
) -> pl.DataFrame:
    """Return the numbers of each row; `names` has the columns by what we call them."""
    pieces, rows = [], 0
    chosen = [named(there).alias(here) for here, there in names.items()]
    for batch in batches(table, layout):
        numbers = hashes.cells(batch.frame.select(chosen))
        pieces.append(
            numbers.select(
                hashes.row(names).alias("one"),
                hashes.row(names, salt="two").alias("two"),
                (named(key) if key else pl.lit(0, dtype=pl.UInt64)).alias("key"),
            )
        )
        rows += batch.frame.height
        seen(rows)
    return pl.concat(pieces).with_row_index("place")


def compare(rows: pl.DataFrame, earlier: pl.DataFrame, *, key: str) -> Delta:
    """Return the difference of two digests."""
    both = [_unmatched(_part(rows, n), _part(earlier, n)) for n in range(PARTS)]
    surplus, missing = (pl.concat(frames) for frames in zip(*both, strict=True))
    changed = pl.DataFrame(schema={"place": pl.UInt32, "earlier": pl.UInt32})
    if key:
        theirs = missing.select("key", earlier="place")
        changed = surplus.join(theirs, on="key").select("place", "earlier")
    return Delta(
        new=_without(surplus["place"], changed["place"]),
        changed=changed.sort("place"),
        gone=_without(missing["place"], changed["earlier"]),
        unchanged=rows.height - surplus.height,
        key=key,
    )


def _part(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    """Return the rows of one part: equal rows are in the same."""
    return rows.filter(pl.col("one") % PARTS == number)


def _unmatched(
    rows: pl.DataFrame, earlier: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of either side without one like it on the other."""
    rows, earlier = _numbered(rows), _numbered(earlier)
    match = [*ROW, "nth"]
    surplus = rows.join(earlier, on=match, how="anti")
    missing = earlier.join(rows, on=match, how="anti")
    return surplus.select("place", "key"), missing.select("place", "key")


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Number equal rows, so that each is matched once."""
    repeated = rows["one"].is_duplicated()  # few, and numbering is dear
    nth = pl.int_range(pl.len(), dtype=pl.UInt32).over(ROW)
    numbers = rows.filter(repeated).select(nth=nth).to_series()
    column = pl.zeros(rows.height, dtype=pl.UInt32, eager=True)
    return rows.with_columns(nth=column.scatter(repeated.arg_true(), numbers))


def _without(places: pl.Series, others: pl.Series) -> pl.Series:
    return places.filter(~places.is_in(others.implode())).sort()
