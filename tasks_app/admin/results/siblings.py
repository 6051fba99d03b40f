"""Objects beside each other that know the same of different things: one table."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from .names import label
from .said import Said, is_empty
from .tables import Cell, Facts, Table, cell, headings, is_flat

if TYPE_CHECKING:
    from .said import Teller


def alike(value: Facts) -> dict[str, Facts]:
    """Return the objects in `value` that make a table: all of them, or none.

    Two must have the same fields. Of more the fields that all have must be at least
    two, and half of what one of them usually has.
    """
    flat = {
        name: {key: item for key, item in each.items() if not is_empty(item)}
        for name, each in value.items()
        if is_flat(each)
    }
    flat = {name: facts for name, facts in flat.items() if facts}
    if len(flat) < 2:
        return {}
    known = [set(value[name]) for name in flat]
    if len(flat) == 2:
        return flat if known[0] == known[1] and len(known[0]) > 1 else {}
    shared = len(set.intersection(*known))
    usual = median(len(facts) for facts in flat.values())
    return flat if shared >= 2 and 2 * shared >= usual else {}


def compared(found: dict[str, Facts], teller: Teller) -> Table:
    """Return a row for each object, or a column where that is the shorter way."""
    if _is_wide(found):
        return _turned(found, teller)
    names = _frequent(found)
    rows = []
    for name, facts in found.items():
        cells = [cell(key, facts.get(key), teller) for key in names]
        rows.append([_heading(name), *cells, _others(facts, names, teller)])
    header = [Cell(Said("")), *headings(names, [row[1:] for row in rows])]
    if any(row[-1].said.text for row in rows):
        header.append(Cell(Said("More")))
    else:
        rows = [row[:-1] for row in rows]
    return Table("", header, rows)


def _is_wide(found: dict[str, Facts]) -> bool:
    """Whether there are more facts than objects, and most objects have most facts."""
    names = {key for facts in found.values() for key in facts}
    filled = sum(len(facts) for facts in found.values())
    return len(names) > len(found) and 3 * filled > 2 * len(names) * len(found)


def _turned(found: dict[str, Facts], teller: Teller) -> Table:
    """Return a row for each fact and a column for each object."""
    names = dict.fromkeys(key for facts in found.values() for key in facts)
    rows = [
        [
            Cell(Said(label(key), raw=key)),
            *(cell(key, facts.get(key), teller) for facts in found.values()),
        ]
        for key in names
    ]
    header = [Cell(Said("")), *headings(list(found), [row[1:] for row in rows])]
    return Table("", header, rows)


def _frequent(found: dict[str, Facts]) -> list[str]:
    """Return the facts that at least half of the objects have, yes or no first."""
    counts: dict[str, int] = {}
    for facts in found.values():
        for key in facts:
            counts[key] = counts.get(key, 0) + 1
    often = [key for key, count in counts.items() if 2 * count >= len(found)]
    return sorted(often, key=lambda key: not _is_verdict(key, found))


def _is_verdict(key: str, found: dict[str, Facts]) -> bool:
    return all(isinstance(facts.get(key, True), bool) for facts in found.values())


def _others(facts: Facts, names: list[str], teller: Teller) -> Cell:
    """Return what only this object has, in a line."""
    rest = [
        f"{label(key)}: {teller.say(key, value).text}"
        for key, value in facts.items()
        if key not in names
    ]
    return Cell(Said(" · ".join(rest)))


def _heading(name: Any) -> Cell:
    return Cell(Said(label(name), raw=name))
