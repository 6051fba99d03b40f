"""The first reading of a file: its rows, and how its dates and amounts are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tasks_app.errors import OperationError
from tasks_app.operations.contracts import amounts, dates
from tasks_app.operations.contracts.columns import COLUMNS, Match, match
from tasks_app.operations.tables.batches import head
from tasks_app.operations.tables.layout import find_layout
from tasks_app.operations.tables.table import Record, Table

BATCH_ROWS: Final = 10_000
BATCH_CHARACTERS: Final = 8_000_000  # long cells end a batch early
PLAIN: Final = re.compile(r"-?\d+(\.\d\d?)?")  # an amount that is quickly understood


@dataclass
class Survey:
    """What is known of a file: how many rows, and how they are to be read.

    `order` is what comes first in dates, `decimal` the decimal sign; both are empty
    when nothing shows them, or when the file contradicts itself.
    """

    match: Match
    header_row: int
    header: list[str]
    rows: int = 0
    order: str = ""
    decimal: str = ""
    currency: str = ""

    def dump(self) -> dict[str, Any]:
        """Return JSON for `load`."""
        return asdict(self)

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Survey:
        """Return what `dump` wrote down."""
        return cls(**{**saved, "match": Match(**saved["match"])})


@dataclass
class _Evidence:
    orders: Counter[str] = field(default_factory=Counter)
    decimals: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)

    def look(self, texts: Counter[str], *, kind: str) -> None:
        for text, count in texts.items():
            if kind == "date":
                self.orders[dates.order_of(text)] += count
            elif plain := PLAIN.fullmatch(text):
                self.decimals["point" if plain[1] else ""] += count
            else:
                self.decimals[amounts.decimal_of(text)] += count
                self.currencies[amounts.currency_of(text)] += count


def survey(
    table: Table, *, params: dict[str, Any], seen: Callable[[int], None]
) -> Survey:
    """Read a table once; `seen` is told after each batch how many rows were read.

    Raises OperationError for a table in which the columns of contracts are not found.
    """
    layout = find_layout(head(table))
    if not layout.header_row:
        raise OperationError(
            "The first row of the file holds no names of columns. Export it again with"
            " a header.",
            code="columns_missing",
        )
    found = Survey(match(layout.columns), layout.header_row, layout.columns)
    evidence = _Evidence()
    places = [
        (found.match.positions[column.name], column.kind)
        for column in COLUMNS
        if column.kind != "text" and column.name in found.match.positions
    ]
    for batch in batches(table, after=layout.header_row):
        for place, kind in places:
            cells = (r.cells[place].strip() for r in batch if len(r.cells) > place)
            evidence.look(Counter(cells), kind=kind)
        found.rows += len(batch)
        seen(found.rows)
    found.order = _told(params, "dates") or _only(evidence.orders)
    found.decimal = _told(params, "decimal") or _only(evidence.decimals)
    found.currency = _commonest(evidence.currencies)
    return found


def batches(table: Table, *, after: int) -> Iterator[list[Record]]:
    """Yield the records behind number `after` that are not blank, in small lists."""
    batch: list[Record] = []
    characters = 0
    for record in table.records():
        if record.number <= after or not any(map(str.strip, record.cells)):
            continue
        batch.append(record)
        characters += sum(map(len, record.cells))
        if len(batch) >= BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _told(params: dict[str, Any], name: str) -> str:
    """Return what a parameter says, empty when the file is to show it."""
    words = {"day_first": "day", "month_first": "month"}
    told: str = params.get(name, "auto")
    return "" if told == "auto" else words.get(told, told)


def _only(counts: Counter[str]) -> str:
    """Return what all evidence agrees on."""
    told = [name for name, count in counts.items() if name and count]
    return told[0] if len(told) == 1 else ""


def _commonest(counts: Counter[str]) -> str:
    """Return the commonest currency; a bare $ is that of the dollars beside it."""
    named = Counter({name: count for name, count in counts.items() if name})
    dollars = [name for name in named if name.endswith("D")]
    if "$" in named and len(dollars) == 1:
        named[dollars[0]] += named.pop("$")
    return named.most_common(1)[0][0] if named else ""
