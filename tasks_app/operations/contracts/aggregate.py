"""The steps of adding up contracts, in order. Money is added exactly, in cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasks_app.operations.context import Context
from tasks_app.operations.contracts.reading import Reading
from tasks_app.operations.contracts.workbook import TYPE, workbook

PARQUET: Final = "application/vnd.apache.parquet"
SUMS: Final = pl.Decimal(38, 2)
CENT: Final = Decimal("0.01")
# Below which amount a contract is of this size; the first that fits.
SIZES: Final = (
    (0, "below zero"),
    (1, "less than 1"),
    (10_000, "1 to 10,000"),
    (50_000, "10,000 to 50,000"),
    (250_000, "50,000 to 250,000"),
    (1_000_000, "250,000 to 1 million"),
    (10_000_000, "1 to 10 million"),
)
LARGEST: Final = "10 million and more"
UNKNOWN: Final = "amount not stated"
FIGURES: Final = ("contracts", "total", "mean", "smallest", "largest", "without_amount")


def carry_out(context: Context) -> dict[str, Any]:
    """Add up the contracts that are meant; return what becomes the result."""
    by: list[str] = context.params["by"]
    reading = Reading(context)
    context.step("adding_up", by=by)
    groups: pl.DataFrame | None = None
    for rows in reading.frames():
        part = _first(rows, by)
        groups = part if groups is None else _together(pl.concat([groups, part]), by)
    found = _ordered(groups, by, context.params["order"])
    context.step("writing_the_figures", rows=found.height)
    with context.artifact("groups.parquet", content_type=PARQUET) as path:
        found.write_parquet(path)
    with context.artifact("groups.xlsx", content_type=TYPE) as path:
        _spreadsheet(path, found)
    contracts = int(found["contracts"].sum())
    context.step("complete", added_up=contracts)
    shown = found.head(context.params["limit"])
    return {
        "by": by,
        "groups": found.height,
        "contracts": contracts,
        "total": f"{found['total'].sum() or Decimal(0):.2f}",
        "largest_groups" if context.params["order"] == "total" else "first_groups": [
            {name: _told(value) for name, value in row.items()}
            for row in shown.iter_rows(named=True)
        ],
        "shown": shown.height,
        "left_out": reading.left_out,
    }


def keys() -> dict[str, pl.Expr]:
    """Return what contracts can be grouped by."""
    day = pl.col("execution_date")
    quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
    plain = ("contractor", "directorate", "status", "contract_type")
    return {
        **{name: pl.col(name).fill_null("not stated") for name in plain},
        "year": day.dt.strftime("%Y"),
        "quarter": quarter,
        "month": day.dt.strftime("%Y-%m"),
        "size_class": _size(),
    }


def _size() -> pl.Expr:
    amount = pl.col("amount")
    sized: Any = pl.when(amount.is_null()).then(pl.lit(UNKNOWN))
    for limit, name in SIZES:
        sized = sized.when(amount < limit).then(pl.lit(name))
    expression: pl.Expr = sized.otherwise(pl.lit(LARGEST))
    return expression


def _first(rows: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    """Return the figures of one file by group."""
    known, amount = keys(), pl.col("amount")
    return (
        rows.select(*(known[name].alias(name) for name in by), amount.alias("amount_"))
        .group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("contracts"),
            pl.col("amount_").cast(SUMS).sum().cast(SUMS).alias("total"),
            pl.col("amount_").min().cast(SUMS).alias("smallest"),
            pl.col("amount_").max().cast(SUMS).alias("largest"),
            pl.col("amount_").null_count().cast(pl.Int64).alias("without_amount"),
        )
        .collect(engine="streaming")
    )


def _together(parts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return the figures of several files by group."""
    return parts.group_by(by).agg(
        pl.col("contracts").sum(),
        pl.col("total").sum().cast(SUMS),
        pl.col("smallest").min(),
        pl.col("largest").max(),
        pl.col("without_amount").sum(),
    )


def _ordered(groups: pl.DataFrame | None, by: list[str], order: str) -> pl.DataFrame:
    """Return the groups in their order, with the mean of each."""
    if groups is None:
        text = dict.fromkeys(by, pl.String)
        groups = pl.DataFrame(schema={**text, **dict.fromkeys(FIGURES[:1], pl.Int64)})
        figures = [pl.lit(None, SUMS).alias(name) for name in FIGURES[1:5]]
        groups = groups.with_columns(*figures, pl.lit(0).alias("without_amount"))
    means = [
        (total / count).quantize(CENT, ROUND_HALF_UP) if count else None
        for total, count in zip(
            groups["total"],
            groups["contracts"] - groups["without_amount"],
            strict=True,
        )
    ]
    groups = groups.with_columns(pl.Series("mean", means, dtype=SUMS))
    first = [] if order == "name" else [order]
    falling = [True] * len(first) + [False] * len(by)
    return groups.sort([*first, *by], descending=falling).select(*by, *FIGURES)


def _spreadsheet(path: Path, found: pl.DataFrame) -> None:
    header = [name.replace("_", " ").capitalize() for name in found.columns]
    with workbook(path, title="Groups", header=header) as book:
        book.write(found.iter_rows())


def _told(value: object) -> object:
    """Return a figure as JSON has it: money as text, since no float holds all cents."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
