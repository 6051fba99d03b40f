"""The tables of a file next to those of an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tasks_app.models import Task
from tasks_app.operations.files.comparing import delta
from tasks_app.operations.files.comparing.pairs import Pair
from tasks_app.operations.files.findings import Findings, TableFinding
from tasks_app.operations.files.inspecting.outline import outline
from tasks_app.operations.files.marks.keys import no_two_alike
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.tables.table import Table


def compare(
    findings: Findings,
    tables: list[Table],
    earlier: Task,
    *,
    seen: Callable[[int], None],
) -> dict[int, Pair]:
    """Return the pairs by the index of our table; none if the earlier file is gone.

    Sheets are compared by name, single tables whatever their names.
    """
    if earlier.upload is None or not earlier.upload.path.is_file():
        return {}
    theirs = {table.name: table for table in open_tables(earlier.upload.path)[0]}
    ours = {table.name: table for table in tables}
    alone = len(theirs) == 1 and len(findings.tables) == 1
    pairs = {}
    for index, found in enumerate(findings.tables):
        other = next(iter(theirs.values())) if alone else theirs.get(found.name)
        if other is not None:
            pair = _pair(ours[found.name], found, other, seen)
            if pair is not None:
                pairs[index] = pair
    return pairs


def totals(pairs: dict[int, Pair], findings: Findings) -> dict[str, Any]:
    """Return the rows of each kind, of all tables, and what became of the columns."""
    counts = {"new": 0, "changed": 0, "gone": 0, "unchanged": 0}
    for index, found in enumerate(findings.tables):
        own = pairs[index].delta.counts() if index in pairs else {"new": found.good}
        for kind, count in own.items():
            counts[kind] += count
    return {
        **counts,
        "keys": [pair.delta.key for pair in pairs.values() if pair.delta.key],
        "columns": [pair.columns() for pair in pairs.values()],
    }


def _pair(
    table: Table, found: TableFinding, other: Table, seen: Callable[[int], None]
) -> Pair | None:
    theirs = outline(other)
    names = delta.common(found.layout.columns, theirs.layout.columns)
    if not names:
        return None
    key = next((name for name in found.keys if name in names), "")
    mine = delta.digest(
        table, found.layout, {name: name for name in names}, key=key, seen=seen
    )
    old = delta.digest(other, theirs.layout, names, key=key, seen=seen)
    if key and not no_two_alike(old["key"]):
        key = ""
    return Pair(table, found, other, theirs, names, delta.compare(mine, old, key=key))
