"""A table next to an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tasks_app.operations.files.comparing.delta import Delta
from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.tables.table import Table


@dataclass
class Pair:
    """A table, the earlier one it is compared with, and how they differ."""

    table: Table
    found: TableFinding
    earlier: Table
    outline: TableFinding
    names: dict[str, str]  # the columns of both, with their names there
    delta: Delta

    def columns(self) -> dict[str, Any]:
        """Return what became of the columns."""
        ours, theirs = self.found.layout.columns, self.outline.layout.columns
        kept = list(self.names.values())
        return {
            "added": [name for name in ours if name not in self.names],
            "gone": [name for name in theirs if name not in kept],
            "moved": [name for name in theirs if name in kept] != kept,
        }
