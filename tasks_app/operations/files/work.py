"""The steps of processing a file, in order.

What the first reading found is saved, and then what was decided about a duplicate, so
that a task which was paused, retried or rescued goes straight on from there. The
writing starts again from the first row: an unfinished Parquet or Excel file cannot be
continued.
"""

from __future__ import annotations

from typing import Any

from tasks_app.errors import Interruption, OperationError
from tasks_app.operations.context import Context
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.steps.looking import look, read
from tasks_app.operations.files.steps.making import make
from tasks_app.operations.files.steps.question import NEW_ROWS, SKIP
from tasks_app.operations.files.steps.remembering import remember
from tasks_app.operations.files.steps.settling import settle
from tasks_app.operations.tables.opening import open_tables


def carry_out(context: Context) -> dict[str, Any]:
    """Process the task's file; return the summary that becomes its result."""
    upload = context.upload
    if upload is None or not upload.path.is_file():
        raise OperationError(
            "The file of this task is no longer there. Upload it again.",
            code="file_missing",
        )
    context.step("initializing_streaming", size=upload.size)
    if context.position is None:
        findings, tables = look(context, upload)
        read(context, findings, tables)
    else:
        findings = Findings.load(context.position)
        findings.reported = max(findings.reported, context.task.error_count)
        tables, _ = open_tables(upload.path, findings.dialect)
    _report_problems(context, findings)
    pairs = settle(context, findings, tables)
    if findings.decision == SKIP:
        context.step("complete", rows=findings.rows, skipped=True)
    else:
        make(context, findings, upload, tables, pairs)
        remember(context.task, findings, upload)
        context.step(
            "complete",
            rows=findings.rows,
            bad_rows=findings.bad,
            unread_cells=findings.unread,
            **_kept(findings),
        )
    return {"file": upload.original_name, "size": upload.size, **findings.summary()}


def _kept(findings: Findings) -> dict[str, int]:
    """Return how many rows were kept, where that is not all that could be read."""
    if findings.decision != NEW_ROWS or not findings.differences:
        return {}
    return {"kept_rows": sum(findings.differences[kind] for kind in ("new", "changed"))}


def _report_problems(context: Context, findings: Findings) -> None:
    """Tell what is wrong with the file, each fault once however often it stops."""
    sentences = findings.sentences()[findings.reported :]
    try:
        for row, problem in sentences:
            findings.reported += 1
            context.error(f"{problem}.", row=row)
    except Interruption:
        context.save(findings.dump())  # so that nothing is told twice
        raise
    if sentences:
        context.save(findings.dump())
