"""Which contracts are meant, as a condition on their rows."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.contracts import query
from tasks_app.operations.contracts.dataset import File
from tasks_app.operations.contracts.folding import fold, folded

NAMED: Final = {
    "contractors": "contractor",
    "directorates": "directorate",
    "statuses": "status",
    "types": "contract_type",
}


class Filters:
    """The condition; raises OperationError for one that makes no sense."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.first = _day(asked, "from")
        self.last = _day(asked, "until")
        if self.first and self.last and self.first > self.last:
            raise OperationError(
                f"The filter begins on {self.first} and ends before that, on"
                f" {self.last}. Exchange the two days.",
                code="invalid_filter",
            )
        least, most = asked.get("amount_from"), asked.get("amount_to")
        if least is not None and most is not None and least > most:
            raise OperationError(
                f"The filter asks for amounts of at least {least} and at most {most},"
                " which none is. Exchange the two.",
                code="invalid_filter",
            )
        conditions = list(self._conditions(asked))
        self.condition = functools.reduce(operator.and_, conditions, pl.lit(True))  # noqa: FBT003

    def may_have(self, file: File) -> bool:
        """Whether a file may hold such contracts; a quick look at its days."""
        first, last = map(dt.date.fromisoformat, (file.first_day, file.last_day))
        after = self.first is not None and last < self.first
        before = self.last is not None and first > self.last
        return not (after or before)

    def _conditions(self, asked: Mapping[str, Any]) -> Iterator[pl.Expr]:
        day, amount = pl.col("execution_date"), pl.col("amount")
        for name, column in NAMED.items():
            if wanted := asked.get(name):
                names = sorted({fold(name) for name in wanted})
                yield folded(pl.col(column)).str.strip_chars(" ").is_in(names)
        if self.first:
            yield day >= self.first
        if self.last:
            yield day <= self.last
        if "amount_from" in asked:
            yield amount >= _money(asked["amount_from"])
        if "amount_to" in asked:
            yield amount <= _money(asked["amount_to"])
        if asked.get("text"):
            yield query.parsed(asked["text"]).matches()


def _day(asked: Mapping[str, Any], name: str) -> dt.date | None:
    text = asked.get(name)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise OperationError(
            f"The filter “{name}” is {text}, a day that does not exist.",
            code="invalid_filter",
        ) from None


def _money(number: float) -> pl.Expr:
    """Return the limit exactly as it was written: 0.1 is no sum of halves."""
    limit = Decimal(str(number))
    if abs(limit) >= Decimal(10) ** 16:
        limit = Decimal(10) ** 16 - 1 if limit > 0 else 1 - Decimal(10) ** 16
    return pl.lit(limit).cast(pl.Decimal(38, 6)).cast(pl.Decimal(38, 6))
