"""Finds the header of a table and names its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST_HEADER = 20  # rows; what banks write above a table is shorter
LONGEST_COLUMN = 100  # characters of a column's name

_NUMBER_OR_DATE = re.compile(
    r"[-+(]?[$€£]?[0-9][0-9.,' ]*%?\)?|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}.*"
)
_YEAR = re.compile(r"(19|20)[0-9]{2}")


@dataclass(frozen=True)
class Layout:
    """Names of the columns; number of the header's row, 0 when there is none."""

    columns: list[str]
    header_row: int = 1


def find_layout(head: Sequence[tuple[int, list[str]]]) -> Layout:
    """Return the layout of the table that begins with `head` (row number, cells).

    The first row with anything in it is the header, with two exceptions: lines above
    the table, which are much narrower than what follows; and data from the first row
    on, which shows as a row that is mostly numbers and dates.
    """
    filled = [(number, cells) for number, cells in head if any(cells)]
    if not filled:
        return Layout(columns=[], header_row=0)
    number, cells = filled[_header_index([cells for _, cells in filled])]
    if number == filled[0][0] and _is_data(cells):
        return Layout([f"column_{n}" for n in range(1, len(cells) + 1)], 0)
    return Layout(unique_names(cells), number)


def unique_names(cells: Sequence[str]) -> list[str]:
    """Name every column once: empty names get a number, repeated ones a suffix.

    So does `^…$`, which polars takes for a pattern wherever it meets it.
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        words = " ".join(cell.split())[:LONGEST_COLUMN]
        shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in words)
        stem = shown or f"column_{position}"
        if stem.startswith("^") and stem.endswith("$"):
            stem += "_"
        name, count = stem, 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name.casefold())
        names.append(name)
    return names


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the commonest number of cells above one, 0 when there is none."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def looks_like_header(cells: Sequence[str]) -> bool:
    """Tell whether every cell is a name: filled, different, no number, no date."""
    names = {cell.strip().casefold() for cell in cells}
    return len(names) == len(cells) and all(
        cell.strip() and not cell.startswith(" ") and not _is_value(cell)
        for cell in cells
    )


def _header_index(rows: Sequence[Sequence[str]]) -> int:
    """Return where the header stands among rows that hold something."""
    width = usual_width(rows)
    for index, cells in enumerate(rows[:DEEPEST_HEADER]):
        if _filled(cells) * 2 > width:
            header = len(cells) == width and looks_like_header(cells)
            return index if header else 0
    return 0


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _is_data(cells: Sequence[str]) -> bool:
    values = sum(1 for cell in cells if _is_value(cell))
    return values * 2 > _filled(cells)


def _is_value(cell: str) -> bool:
    """Tell whether a cell is a number or a date; a year may be a column's name."""
    text = cell.strip()
    return bool(_NUMBER_OR_DATE.fullmatch(text)) and not _YEAR.fullmatch(text)
