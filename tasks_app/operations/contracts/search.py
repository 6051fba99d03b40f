"""The steps of searching all contracts, in order.

There is no index to build, keep and mistrust: the folded text of all contracts is read,
which takes seconds for millions. Each term counts once, in the field where it weighs
most; a beginning of a word counts half of a word.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasks_app.operations.context import Context
from tasks_app.operations.contracts import query
from tasks_app.operations.contracts.columns import BY_NAME, NAMES
from tasks_app.operations.contracts.folding import FIELDS, MARK, fold
from tasks_app.operations.contracts.query import Query, Term
from tasks_app.operations.contracts.reading import Reading
from tasks_app.operations.contracts.rows import SCHEMA
from tasks_app.operations.contracts.workbook import TYPE, workbook

MOST: Final = 10_000  # hits in the file
WEIGHTS: Final = {
    "contract_number": 20,
    "title": 10,
    "contractor": 8,
    "directorate": 4,
    "procurement_unique_id": 4,
    "contract_type": 2,
}
WHOLE: Final = 6  # more, when the title has all words in their order
SHOWN: Final = (
    *("contract_number", "title", "contractor", "directorate", "status"),
    *("execution_date", "amount"),
)
RANK: Final = ("score", "execution_date", "amount", "contract_number", "title")


def carry_out(context: Context) -> dict[str, Any]:
    """Search the contracts that are meant; return what becomes the result."""
    wanted = query.parsed(context.params["query"], match=context.params["match"])
    reading = Reading(context)
    terms = [term.shown for term in wanted.terms]
    context.step("searching", terms=terms)
    hits, best = 0, None
    for rows in reading.frames():
        found = rows.filter(wanted.matches()).collect(engine="streaming")
        hits += found.height
        part = _best(_scored(found, wanted))
        best = part if best is None else _best(pl.concat([best, part]))
    best = _scored(pl.DataFrame(schema=SCHEMA), wanted) if best is None else best
    context.step("writing_the_hits", rows=best.height)
    with context.artifact("hits.xlsx", content_type=TYPE) as path:
        header = ["Score", *(BY_NAME[name].words.capitalize() for name in NAMES)]
        with workbook(path, title="Hits", header=header) as book:
            book.write(best.select("score", *NAMES).iter_rows())
    context.step("complete", found=hits)
    top = best.head(context.params["limit"])
    return {
        "query": context.params["query"],
        "terms": terms,
        "hits": hits,
        "shown": top.height,
        "in_file": best.height,
        "best": [_told(row, wanted) for row in top.iter_rows(named=True)],
        "left_out": reading.left_out,
    }


def _scored(found: pl.DataFrame, wanted: Query) -> pl.DataFrame:
    fields = pl.col("search").str.split_exact(MARK, len(FIELDS) - 1)
    fields = fields.struct.rename_fields([f"in_{name}" for name in FIELDS])
    apart = found.with_columns(fields.alias("apart")).unnest("apart")
    scores = [
        pl.max_horizontal(_weighed(term, name) for name in FIELDS)
        for term in wanted.terms
    ]
    score = pl.sum_horizontal(*scores) + _is_whole(wanted).cast(pl.Int32) * WHOLE
    return apart.with_columns(score.cast(pl.Int32).alias("score")).select(
        "score", *NAMES
    )


def _weighed(term: Term, name: str) -> pl.Expr:
    text, weight = pl.col(f"in_{name}"), WEIGHTS[name]
    whole = text.str.contains(f" {term.words} ", literal=True)
    begun = text.str.contains(term.pattern, literal=True)
    points = pl.when(whole).then(weight).when(begun).then(weight // 2).otherwise(0)
    return points.cast(pl.Int32)


def _is_whole(wanted: Query) -> pl.Expr:
    if len(wanted.terms) < 2:
        return pl.lit(False)  # noqa: FBT003  the value of an expression
    words = " ".join(term.words for term in wanted.terms)
    last = wanted.terms[-1].pattern[len(wanted.terms[-1].words) + 1 :]
    return pl.col("in_title").str.contains(f" {words}{last}", literal=True)


def _best(scored: pl.DataFrame) -> pl.DataFrame:
    """Return the best in order: by score, the later, the larger, then by number."""
    falling = [True, True, True, False, False]
    return scored.sort(RANK, descending=falling, nulls_last=True).head(MOST)


def _told(row: dict[str, Any], wanted: Query) -> dict[str, Any]:
    day, amount = row["execution_date"], row["amount"]
    return {
        **{name: row[name] for name in SHOWN},
        "execution_date": day.isoformat(),
        "amount": None if amount is None else f"{amount:.2f}",
        "score": row["score"],
        "why": _why(row, wanted),
    }


def _why(row: dict[str, Any], wanted: Query) -> list[str]:
    """Say in words where the points come from; they add up to the score."""
    texts = {name: f" {fold(row[name] or '')} " for name in FIELDS}
    told = []
    for term in wanted.terms:
        points, name = max(
            ((_points(term, texts[name], WEIGHTS[name]), name) for name in FIELDS),
            key=lambda found: found[0],
        )
        if points:
            told.append(f"“{term.shown}” in the {BY_NAME[name].words}: {points}")
    if rest := row["score"] - sum(int(text.rpartition(" ")[2]) for text in told):
        told.append(f"all words in their order in the title: {rest}")
    return told


def _points(term: Term, text: str, weight: int) -> int:
    if f" {term.words} " in text:
        return weight
    return weight // 2 if term.pattern in text else 0
