"""What the first rows of a table say."""

from __future__ import annotations

from tasks_app.errors import OperationError
from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.files.names.documents import classify
from tasks_app.operations.files.names.platforms import find_platform
from tasks_app.operations.tables.batches import head
from tasks_app.operations.tables.layout import Layout, find_layout
from tasks_app.operations.tables.table import Table

MOST_COLUMNS = 1_000


def outline(table: Table) -> TableFinding:
    """Return what the first rows say: the columns, and what they are typical of.

    A table that is blank has no columns. Raises OperationError for too many of them.
    """
    layout = find_layout(head(table))
    _check_width(layout)
    return TableFinding(
        name=table.name,
        layout=layout,
        columns=[],
        good=0,
        bad=0,
        blank=0,
        platform=find_platform(layout.columns),
        document=classify(layout.columns),
    )


def _check_width(layout: Layout) -> None:
    if len(layout.columns) > MOST_COLUMNS:
        raise OperationError(
            f"The table has {len(layout.columns):,} columns; at most {MOST_COLUMNS:,}"
            " can be handled. Split it, or check that it uses the right delimiter.",
            code="too_many_columns",
        )
