"""The operation `files.process`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks_app.operations.disk import told_when_full
from tasks_app.operations.files.steps.decision import PARAMS
from tasks_app.operations.registry import Retry, operation
from tasks_app.operations.tables.checks import ACCEPTED, check_upload

if TYPE_CHECKING:
    from tasks_app.operations.context import Context


@operation(
    "files.process",
    title="Process a file",
    description=(
        "Reads a spreadsheet or a text table, says what it holds and where it comes"
        " from and what is new in it, and returns it as a clean Parquet file and an"
        " Excel report."
    ),
    params=PARAMS,
    accepts=ACCEPTED,
    retry=Retry(max_attempts=3, base_seconds=2, cap_seconds=300),
    time_limit=timedelta(minutes=20),
    check_upload=check_upload,
)
def process(context: Context) -> dict[str, Any]:
    """Process the task's file; the result says what was found."""
    # Not at the top: polars starts threads, and a worker forks after its imports.
    from tasks_app.operations.files.work import carry_out

    with told_when_full():
        return carry_out(context)
