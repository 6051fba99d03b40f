"""Finds the names in a table that are one, in the columns that hold names."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import polars as pl

from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.files.names import entities

MOST_GROUPS = 50  # entities whose variants the result lists


class People:
    """Counts the names in the columns that hold names."""

    def __init__(self, columns: list[str]) -> None:
        wanted = [name for name in columns if entities.is_of_names(name)]
        self._rows: dict[str, Counter[str]] = {name: Counter() for name in wanted}

    def look(self, frame: pl.DataFrame) -> None:
        """Take a batch into account."""
        for name in list(self._rows):
            counted = frame[name].value_counts()
            self._rows[name].update(dict(counted.iter_rows()))
            if len(self._rows[name]) > entities.MOST_NAMES:
                del self._rows[name]

    def resolve(self, found: TableFinding) -> None:
        """Add to the table which names are one, with the reasons."""
        texts = {column.name for column in found.columns if column.type == "text"}
        for column, rows in self._rows.items():
            if column not in texts:
                continue
            groups = entities.resolve(rows)
            same = {v.name: name for name, group in groups.items() for v in group}
            found.entities[column] = {k: v for k, v in same.items() if k != v}
            largest = sorted(groups.items(), key=lambda item: -len(item[1]))
            found.evidence[column] = {
                "names": len(rows) - ("" in rows),
                "entities": len(rows) - ("" in rows) - len(found.entities[column]),
                "groups": [
                    {"name": name, "variants": [asdict(v) for v in group]}
                    for name, group in largest[:MOST_GROUPS]
                ],
            }
