"""JSON in a shape that people can read: words and tables, the rest folded away."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

Shown = list[tuple[str, str]]

MOST_ROWS: Final = 50  # of a table; more would bury the rest of the page
MONEY: Final = re.compile(r"(-?)(\d+)(\.\d\d)")  # amounts are texts, exact to the cent


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows of a value."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list of things that have the same few facts."""

    name: str
    header: list[Cell]
    rows: list[list[Cell]]
    more: int  # rows that are not shown


def parts(value: Any) -> dict[str, Any] | None:
    """Return `plain` values and `tables` by name, the `rest` as JSON text; or None."""
    if value in (None, {}, []):
        return None
    if not isinstance(value, dict):
        return {"plain": [], "tables": [], "rest": text(value)}
    flat = flattened(value)
    plain = [(name, said(item)) for name, item in flat.items() if is_plain(item)]
    lists = {name: item for name, item in value.items() if is_table(item)}
    rest = {
        name: item
        for name, item in value.items()
        if holds_more(item) and name not in lists
    }
    return {
        "plain": plain,
        "tables": [table(named(name), rows) for name, rows in lists.items()],
        "rest": text(rest) if rest else "",
    }


def is_table(value: Any) -> bool:
    """Whether it is a list of objects of several facts, each of which fits a cell."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) and len(row) > 1 for row in value)
        and all(_fits(item) for row in value for item in row.values())
    )


def table(name: str, found: list[dict[str, Any]]) -> Table:
    """Return the first rows as a table, with a column for each fact any of them has.

    What a row is about comes before its numbers: PostgreSQL does not keep the order in
    which an operation named them.
    """
    shown = found[:MOST_ROWS]
    names = list(dict.fromkeys(key for row in shown for key in row))
    names.sort(key=lambda name: max(_rank(row.get(name)) for row in shown))
    rows = [[_cell(row.get(key)) for key in names] for row in shown]
    header = [
        Cell(named(key), any(row[place].is_number for row in rows))
        for place, key in enumerate(names)
    ]
    return Table(name, header, rows, len(found) - len(shown))


def _cell(value: Any) -> Cell:
    return Cell("" if value in (None, []) else said(value), _is_number(value))


def _is_number(value: Any) -> bool:
    is_money = isinstance(value, str) and MONEY.fullmatch(value) is not None
    return is_money or (isinstance(value, int | float) and not isinstance(value, bool))


def _rank(value: Any) -> int:
    """Return 0 for a text, 1 for a number, 2 for what is said about them."""
    if isinstance(value, list | bool):
        return 2
    return int(_is_number(value))


def _fits(value: Any) -> bool:
    return value in (None, "", []) or is_plain(value)


def flattened(value: dict[str, Any]) -> dict[str, Any]:
    """Return the values by name; those of an object inside as `outer: inner`."""
    flat: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, dict):
            flat |= {f"{named(name)}: {named(k)}": v for k, v in item.items()}
        else:
            flat[named(name)] = item
    return flat


def named(name: str) -> str:
    """Return a field's name as a label."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def said(value: Any) -> str:
    """Return a plain value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(said(item) for item in value)
    if isinstance(value, str) and (amount := MONEY.fullmatch(value)):
        return f"{amount[1]}{int(amount[2]):,}{amount[3]}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def is_plain(value: Any) -> bool:
    """Whether `value` says something and fits on a line."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str | int) for item in value)
    return value is not None and value != "" and not isinstance(value, dict)


def holds_more(value: Any) -> bool:
    """Whether a value has parts that a line cannot show."""
    items = list(value.values()) if isinstance(value, dict) else value
    return isinstance(items, list) and any(
        isinstance(item, dict | list) for item in items
    )


def text(value: Any) -> str:
    """Return `value` as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
