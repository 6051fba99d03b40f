"""Columns that are added to a table; the ones it had stay as they are.

What is added is decided once, from what the whole table was found to hold, and saved
with it. So each batch only has to be worked out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from tasks_app.operations.files.values import categories, mixed
from tasks_app.operations.files.values.columns import Column
from tasks_app.operations.files.values.mixed import CODES, SIGNS, Mixed
from tasks_app.operations.tables.named import named

MOST_MONTHS: Final = 3  # date columns of which the month is told
_NAMED_CURRENCY: Final = re.compile(rf"\b({CODES})\b|([{''.join(SIGNS)}])")


@dataclass
class Addition:
    """A column that is added; `of` is the one it comes from."""

    name: str
    of: str
    what: str  # date, amount, currency, month, entity, category, reason
    facts: dict[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, str]:
        """Return what users are shown."""
        return {"name": self.name, "of": self.of, "what": self.what}


def plan(
    columns: list[Column],
    mixes: dict[str, Mixed],
    entities: dict[str, dict[str, str]],
    document: str,
) -> list[Addition]:
    """Return what can be added to a table of these columns.

    `mixes` and `entities` are by column; `document` is what kind of table it is.
    """
    additions = []
    for column in columns:
        additions += _of_column(column, mixes.get(column.name))
        if column.name in entities:
            known = {"entities": entities[column.name]}
            name = f"{column.name}_entity"
            additions.append(Addition(name, column.name, "entity", known))
    months = [each for each in additions if each.what == "month"][MOST_MONTHS:]
    additions = [each for each in additions if each not in months]
    if document in categories.DOCUMENTS:
        additions += _categories(columns, mixes)
    return _named(additions, {column.name.casefold() for column in columns})


def added(
    text: pl.DataFrame, values: pl.DataFrame, additions: list[Addition]
) -> pl.DataFrame:
    """Return the added columns for a batch, given as text and as values."""
    found: dict[str, pl.Series] = {}
    for addition in additions:
        found[addition.name] = _work_out(addition, text, values, found)
    return pl.DataFrame(found)


def _of_column(column: Column, mix: Mixed | None) -> list[Addition]:
    name = column.name
    facts = {"mixed": mix} if mix else {}
    additions = []
    is_date = column.type in ("date", "datetime") or (mix and mix.kind == "date")
    is_amount = column.type == "decimal" or (mix and mix.kind == "amount")
    if is_date:
        if not mixed.is_iso(column.form):
            additions.append(Addition(f"{name}_iso", name, "date", facts))
        additions.append(Addition(f"{name}_month", name, "month", facts))
    if is_amount:
        if column.form != "point":
            additions.append(Addition(f"{name}_amount", name, "amount", facts))
        additions += _currency(name, mix)
    return additions


def _currency(name: str, mix: Mixed | None) -> list[Addition]:
    """Read the currency from the cells, or from the name of their column."""
    if mix and mix.counts:
        return [Addition(f"{name}_currency", name, "currency")]
    match = _NAMED_CURRENCY.search(name)
    if match is None:
        return []
    code = match.group(1) or SIGNS[match.group(2)]
    return [Addition(f"{name}_currency", name, "currency", {"code": code})]


def _categories(columns: list[Column], mixes: dict[str, Mixed]) -> list[Addition]:
    numbers = [c.name for c in columns if c.type in ("integer", "decimal")]
    numbers += [name for name, mix in mixes.items() if mix.kind == "amount"]
    said = categories.columns_for([c.name for c in columns], numbers)
    if not said["texts"] and not said["amounts"]:
        return []
    read = {name: mixes[name] for name in numbers if name in mixes}
    of = ", ".join(said["texts"] + said["amounts"])
    return [
        Addition("category", of, "category", {"said": said, "mixed": read}),
        Addition("category_reason", of, "reason"),
    ]


def _named(additions: list[Addition], taken: set[str]) -> list[Addition]:
    """Give each a name that no column of the table has."""
    for addition in additions:
        stem, count = addition.name, 1
        while addition.name.casefold() in taken:
            count += 1
            addition.name = f"{stem}_{count}"
        taken.add(addition.name.casefold())
    return additions


def _work_out(
    addition: Addition,
    text: pl.DataFrame,
    values: pl.DataFrame,
    found: dict[str, pl.Series],
) -> pl.Series:
    facts, of = addition.facts, addition.of
    if addition.what in ("date", "month"):
        date = _value(of, facts.get("mixed"), text, values).cast(pl.Date)
        month = addition.what == "month"
        result = date.cast(pl.String).str.slice(0, 7) if month else date
    elif addition.what == "amount":
        result = _value(of, facts.get("mixed"), text, values)
    elif addition.what == "currency":
        result = _currency_of(of, facts, text)
    elif addition.what == "entity":
        result = values[of].replace(facts["entities"])
    elif addition.what == "category":
        worked = _classified(facts, text, values)
        found["category_reason"] = worked["reason"]  # its place is after this one
        result = worked["category"]
    else:
        result = found.pop("category_reason")
    return result.alias(addition.name)


def _value(
    of: str, mix: Mixed | None, text: pl.DataFrame, values: pl.DataFrame
) -> pl.Series:
    if mix is None:
        return values[of]
    return text.select(mixed.values(named(of).str.strip_chars(), mix)).to_series()


def _currency_of(of: str, facts: dict[str, Any], text: pl.DataFrame) -> pl.Series:
    filled = named(of).str.strip_chars() != ""
    code = pl.lit(facts["code"]) if "code" in facts else mixed.currency_of(named(of))
    return text.select(pl.when(filled).then(code)).to_series()


def _classified(
    facts: dict[str, Any], text: pl.DataFrame, values: pl.DataFrame
) -> pl.DataFrame:
    read = [
        _value(name, mix, text, values).alias(name)
        for name, mix in facts["mixed"].items()
    ]
    amount = values.with_columns(read).select(
        amount=categories.amount_of(facts["said"])
    )
    if amount.height != text.height:  # a single value stands for all
        amount = amount.select(pl.col("amount").repeat_by(text.height).explode())
    texts = map(named, facts["said"]["texts"])
    return categories.classify(text.select(texts), amount["amount"])
