"""Classification of transactions, by words, sign and amount, each with its reason.

The rules stand in `categories.toml`. What no rule knows is told apart by its sign.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasks_app.operations.files.normal import normal, with_words
from tasks_app.operations.tables.named import named

KNOWN: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
RULES: Final[list[dict[str, Any]]] = KNOWN["rule"]
DOCUMENTS: Final = frozenset({"transactions", "payouts"})
_ALL: Final = sorted({word for rule in RULES for word in rule["words"]}, reverse=True)
WORD: Final = r"\b(" + "|".join(map(re.escape, _ALL)) + r")\b"
BOUNDS: Final = sorted({rule["most"] for rule in RULES if "most" in rule})
SIGNS: Final = {"in": "money in", "out": "money out"}


def columns_for(columns: Sequence[str], numbers: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns by what they say: texts, amounts, money in, money out.

    `numbers` are those that hold amounts.
    """
    known = {normal(column): column for column in columns}
    found = {
        "texts": [c for c in with_words(KNOWN["texts"], known) if c not in numbers]
    }
    for kind in ("amounts", "money_in", "money_out"):
        named = with_words(KNOWN[kind], known)
        found[kind] = [column for column in named if column in numbers][:1]
    return found


def amount_of(said: dict[str, list[str]]) -> pl.Expr:
    """Return the amount of a row, below zero for money that went out."""
    if said["money_in"] and said["money_out"]:
        came, went = (
            named(said[kind][0]).cast(pl.Float64, strict=False).abs().fill_null(0)
            for kind in ("money_in", "money_out")
        )
        return came - went
    if said["amounts"]:
        return named(said["amounts"][0]).cast(pl.Float64, strict=False)
    return pl.lit(None, dtype=pl.Float64)


def classify(texts: pl.DataFrame, amount: pl.Series) -> pl.DataFrame:
    """Return `category` and `reason` of each row."""
    seen = _seen(texts, amount)
    kinds = seen.unique(maintain_order=True)  # few, however many rows there are
    number = pl.coalesce(
        pl.when(_fits(rule)).then(pl.lit(place, dtype=pl.Int16))
        for place, rule in enumerate(RULES)
    )
    judged = kinds.with_columns(rule=number).with_columns(
        category=_category(), reason=_reason()
    )
    columns = ["word", "sign", "size"]
    found = seen.join(
        judged, on=columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return found.select("category", "reason")


def _seen(texts: pl.DataFrame, amount: pl.Series) -> pl.DataFrame:
    """Return what the rules look at: a word, a sign, and how many bounds are passed."""
    words = pl.Series("word", [None], dtype=pl.String).new_from_index(0, len(amount))
    if texts.width:
        text = pl.concat_str(pl.all(), separator=" ").str.to_lowercase()
        words = texts.select(word=text.str.extract(WORD)).to_series()
    came = pl.when(pl.col("amount") > 0).then(pl.lit("in"))
    sign = came.when(pl.col("amount") < 0).then(pl.lit("out"))
    passed = [(pl.col("amount").abs() > bound).cast(pl.UInt8) for bound in BOUNDS]
    size = pl.sum_horizontal(passed)
    frame = pl.DataFrame([words, amount.alias("amount")])
    return frame.select("word", sign=sign, size=size)


def _fits(rule: dict[str, Any]) -> pl.Expr:
    fits = pl.col("word").is_in(rule["words"])
    if "sign" in rule:
        fits &= pl.col("sign") == rule["sign"]
    if "most" in rule:
        fits &= pl.col("size") <= BOUNDS.index(rule["most"])
    return fits


def _category() -> pl.Expr:
    names = {number: rule["category"] for number, rule in enumerate(RULES)}
    other = pl.col("sign").replace_strict(
        {"in": "other income", "out": "other expense"},
        default="other",
        return_dtype=pl.String,
    )
    known = pl.col("rule").replace_strict(names, default=None, return_dtype=pl.String)
    return pl.coalesce(known, other)


def _reason() -> pl.Expr:
    sign = pl.col("sign").replace_strict(
        SIGNS, default="no amount", return_dtype=pl.String
    )
    by_word = pl.format("“{}”, {}", pl.col("word"), sign)
    by_sign = pl.format("no known word, {}", sign)
    return pl.when(pl.col("rule").is_not_null()).then(by_word).otherwise(by_sign)
