"""The operations on contracts, with the names source 004 gives them beside ours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks_app.operations.contracts import parameters
from tasks_app.operations.disk import told_when_full
from tasks_app.operations.registry import operation
from tasks_app.operations.tables.checks import TEXTS, check_upload

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

# The work is imported in the functions: polars starts threads, and a worker forks after
# its imports.
LONGEST = timedelta(hours=1)


@operation(
    "contracts.import",
    title="Import contracts",
    description="Reads a table of contracts, checks every row, and keeps the good ones"
    " for export, figures and search. The same file twice changes nothing.",
    params=parameters.IMPORT,
    accepts=TEXTS,
    check_upload=check_upload,
    time_limit=LONGEST,
    permission="tasks_app.delete_task",  # it may replace what others imported
)
def import_contracts(context: Context) -> dict[str, Any]:
    """Import the task's file; the result says what was taken and what was not."""
    from tasks_app.operations.contracts.intake import carry_out

    with told_when_full():
        return carry_out(context)


@operation(
    "contracts.export",
    title="Export contracts",
    description="Writes the contracts that match a filter as an Excel file.",
    params=parameters.EXPORT,
    time_limit=LONGEST,
    aliases=("export_contracts_to_excel",),
)
def export(context: Context) -> dict[str, Any]:
    """Export contracts; the result says how many."""
    from tasks_app.operations.contracts.export import carry_out

    with told_when_full():
        return carry_out(context)


@operation(
    "contracts.aggregate",
    title="Add up contracts",
    description="Counts and adds up contracts by contractor, directorate, time, size.",
    params=parameters.AGGREGATE,
    time_limit=LONGEST,
    aliases=("compute_heavy_aggregates",),
)
def aggregate(context: Context) -> dict[str, Any]:
    """Add up contracts; the result has the first groups."""
    from tasks_app.operations.contracts.aggregate import carry_out

    with told_when_full():
        return carry_out(context)


@operation(
    "contracts.search",
    title="Search contracts",
    description="Looks for words in all contracts and ranks what it finds.",
    params=parameters.SEARCH,
    time_limit=LONGEST,
    aliases=("process_full_table_search",),
)
def search(context: Context) -> dict[str, Any]:
    """Search contracts; the result has the best hits."""
    from tasks_app.operations.contracts.search import carry_out

    with told_when_full():
        return carry_out(context)
