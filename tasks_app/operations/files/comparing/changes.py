"""The list of what is new, changed and gone, one row for each such row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from tasks_app.operations.files.comparing.pairs import Pair
from tasks_app.operations.tables.batches import batches
from tasks_app.operations.tables.layout import Layout
from tasks_app.operations.tables.named import named
from tasks_app.operations.tables.table import Table

MOST_TOLD = 100_000  # changed rows whose cells are told; the others are only listed
SHOWN = 5_000  # rows in the report
HEAD = ["sheet", "change", "row", "earlier_row", "what"]
NOW, BEFORE = "now/", "before/"  # in front of names: they are never ours


def write(pairs: list[Pair], path: Path) -> Iterator[int]:
    """Write the list to `path` as Parquet; yield rows looked at.

    Rows are numbered among the sound ones of their file, from 1.
    """
    parts: list[Path] = []
    for pair in pairs:
        done = 0
        for frame in _listed(pair):
            done += frame.height
            if frame.height:
                part = path.with_name(f"change-{len(parts):06}.parquet")
                frame.write_parquet(part, compression="lz4")
                parts.append(part)
            yield done
    if not parts:
        _empty(pairs).write_parquet(path)
        return
    pl.concat([pl.scan_parquet(part) for part in parts], how="diagonal").sink_parquet(
        path, compression="zstd"
    )
    for part in parts:
        part.unlink()


def shown(path: Path) -> Iterator[list[str]]:
    """Yield the names of the columns and the first rows as text, for the report."""
    frame = pl.scan_parquet(path).head(SHOWN).collect()
    yield frame.columns
    text = frame.select(pl.all().cast(pl.String).fill_null(""))
    yield from map(list, text.iter_rows())


def _listed(pair: Pair) -> Iterator[pl.DataFrame]:
    """Yield the list piece by piece: what is gone first, then what is here."""
    delta, names = pair.delta, pair.names
    theirs = [named(there).alias(NOW + here) for here, there in names.items()]
    told = delta.changed.head(MOST_TOLD)
    before = []
    for place, frame in _placed(pair.earlier, pair.outline.layout, theirs):
        gone = _at(frame, place, delta.gone)
        yield _row(gone, pair, "gone", here="earlier_row")
        before.append(_at(frame, place, told["earlier"].sort()))
    old = told.join(pl.concat(before), left_on="earlier", right_on="place")
    old = old.rename({NOW + name: BEFORE + name for name in names})
    ours = [named(name).alias(NOW + name) for name in names]
    for place, frame in _placed(pair.table, pair.found.layout, ours):
        yield _row(_at(frame, place, delta.new), pair, "new", here="row")
        changed = _at(frame, place, delta.changed["place"])
        yield _row(_told(changed, old, names), pair, "changed", here="row")


def _placed(
    table: Table, layout: Layout, columns: list[pl.Expr]
) -> Iterator[tuple[int, pl.DataFrame]]:
    place = 0
    for batch in batches(table, layout):
        yield place, batch.frame.select(columns)
        place += batch.frame.height


def _at(frame: pl.DataFrame, place: int, places: pl.Series) -> pl.DataFrame:
    """Return the rows at these places, with a column that says where."""
    here = places.filter((places >= place) & (places < place + frame.height))
    return frame[here - place].insert_column(0, here.cast(pl.UInt32).alias("place"))


def _told(
    changed: pl.DataFrame, old: pl.DataFrame, names: dict[str, str]
) -> pl.DataFrame:
    """Add what changed, in words, to changed rows."""
    both = changed.join(old, on="place", how="left")
    words = [
        pl.when(pl.col(NOW + name) != pl.col(BEFORE + name)).then(
            pl.format(
                "{}: {} → {}", pl.lit(name), pl.col(BEFORE + name), pl.col(NOW + name)
            )
        )
        for name in names
    ]
    cells = [NOW + name for name in names]
    what = pl.concat_list(words).list.drop_nulls().list.join("; ")
    return both.select("place", pl.col("earlier"), what.alias("what"), *cells)


def _row(frame: pl.DataFrame, pair: Pair, change: str, *, here: str) -> pl.DataFrame:
    facts = {
        "sheet": pl.lit(pair.found.name),
        "change": pl.lit(change),
        "row": pl.lit(None, dtype=pl.UInt32),
        "earlier_row": pl.lit(None, dtype=pl.UInt32),
        "what": pl.lit(""),
    }
    if "what" in frame.columns:
        facts |= {"what": pl.col("what"), "earlier_row": pl.col("earlier") + 1}
    facts[here] = pl.col("place") + 1
    shown = _free(pair.names)
    cells = [pl.col(NOW + name).alias(shown[name]) for name in pair.names]
    return frame.select(*(fact.alias(name) for name, fact in facts.items()), *cells)


def _free(names: Iterable[str]) -> dict[str, str]:
    """Return by what names the columns stand beside those of the list."""
    taken = {*HEAD, *(name.casefold() for name in names)}
    found = {}
    for name in names:
        free = name
        while free.casefold() in taken and (free != name or name.casefold() in HEAD):
            free += "_"
        taken.add(free.casefold())
        found[name] = free
    return found


def _empty(pairs: list[Pair]) -> pl.DataFrame:
    names = [name for pair in pairs for name in _free(pair.names).values()]
    return pl.DataFrame(schema=dict.fromkeys([*HEAD, *names], pl.String))
