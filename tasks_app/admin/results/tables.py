"""Things of which the same few facts are known, as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from .names import label
from .said import Said, is_empty, is_number, is_plain

if TYPE_CHECKING:
    from .said import Teller

MOST_ROWS: Final = 50  # more would bury the rest of the page
MOST_COLUMNS: Final = 40  # an object that knows more is shown by itself
SHORT: Final = 10  # rows that are not folded away
WIDE: Final = 24  # characters

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows of a value; it may stand beside several rows."""

    said: Said
    is_number: bool = False
    rows: int = 1

    @property
    def classes(self) -> str:
        """What becomes of its width: numbers stay on a line, long texts need room."""
        return "number" if self.is_number else "wide" * (len(self.said.text) > WIDE)


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row says what the row is about."""

    name: str
    header: list[Cell]
    rows: list[list[Cell]]
    more: int = 0  # rows that are not shown
    raw: str = ""  # what the field is called in truth
    has_names: bool = True  # whether the first cell of every row is its heading

    @property
    def is_long(self) -> bool:
        return len(self.rows) > SHORT

    @property
    def count(self) -> int:
        return len(self.rows) + self.more


def is_table(value: Any) -> bool:
    """Whether it is a list of objects of which each value fits a cell."""
    return isinstance(value, list) and bool(value) and all(map(is_flat, value))


def is_flat(value: Any) -> bool:
    """Whether it is an object of a few values, of which each fits a cell."""
    return (
        isinstance(value, dict)
        and 0 < len(value) <= MOST_COLUMNS
        and all(is_empty(each) or is_plain(each) for each in value.values())
    )


def listed(name: str, found: list[Facts], teller: Teller) -> Table:
    """Return the first rows, with a column for each fact that any of them has."""
    shown = found[:MOST_ROWS]
    names = columns(shown)
    rows = [[cell(name, row.get(name), teller) for name in names] for row in shown]
    return Table(
        label(name), headings(names, rows), rows, len(found) - len(shown), name
    )


def columns(rows: list[Facts]) -> list[str]:
    """Return the facts that say something, what a row is about before its numbers.

    PostgreSQL does not keep the order in which an operation named them.
    """
    names = dict.fromkeys(key for row in rows for key in row)
    said = [x for x in names if any(not is_empty(row.get(x)) for row in rows)]
    known = said or list(names)
    return sorted(known, key=lambda name: max(_rank(row.get(name)) for row in rows))


def headings(names: list[str], rows: list[list[Cell]]) -> list[Cell]:
    """Return the labels of the columns."""
    return [
        Cell(Said(label(name), raw=name), any(row[place].is_number for row in rows))
        for place, name in enumerate(names)
    ]


def cell(name: str, value: Any, teller: Teller) -> Cell:
    """Return what the table shows of it."""
    if is_empty(value):
        return Cell(Said(""))
    return Cell(teller.say(name, value), is_number(value))


def inner_list(value: Any) -> str:
    """Return the one field of these objects that holds lists of flat ones; or nothing.

    Such as groups with their members: one table shows both.
    """
    if not isinstance(value, list) or not all(isinstance(x, dict) for x in value):
        return ""
    deep = {
        key
        for row in value
        for key, item in row.items()
        if not (is_empty(item) or is_plain(item))
    }
    if len(deep) != 1:
        return ""
    [name] = deep
    return name if all(is_table(row.get(name)) for row in value) else ""


def unfolded(name: str, found: list[Facts], inner: str, teller: Teller) -> Table:
    """Return a row for each inner object; the facts of the outer stand beside them."""
    outer = columns([{k: v for k, v in x.items() if k != inner} for x in found])
    names = columns([each for row in found for each in row[inner]])
    rows: list[list[Cell]] = []
    for row in found:
        lines = [[cell(k, x.get(k), teller) for k in names] for x in row[inner]]
        if len(rows) + len(lines) > MOST_ROWS and rows:
            break
        lines = lines[:MOST_ROWS]
        beside = [cell(key, row.get(key), teller) for key in outer]
        lines[0] = [replace(each, rows=len(lines)) for each in beside] + lines[0]
        rows += lines
    every = sum(len(row[inner]) for row in found)
    whole = [line for line in rows if len(line) == len(outer) + len(names)]
    header = headings([*outer, *names], whole)
    for place, key in enumerate(names, start=len(outer)):
        if key in outer:
            said = Said(f"{label(inner)}: {label(key).lower()}", raw=f"{inner}.{key}")
            header[place] = replace(header[place], said=said)
    more = every - len(rows)
    return Table(label(name), header, rows, more, name, has_names=False)


def _rank(value: Any) -> int:
    """Return 0 for a text, 1 for a number, 2 for what is said about them."""
    return 2 if isinstance(value, list | bool) else int(is_number(value))
