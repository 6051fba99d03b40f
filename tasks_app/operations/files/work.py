"""The steps of processing a file, in order.

What the first reading found is saved, and then what was decided about a duplicate, so
that a task which was paused, retried or rescued goes straight on from there. The
writing starts again from the first row: an unfinished Parquet or Excel file cannot be
continued.
"""

from __future__ import annotations

from typing import Any

from tasks_app.errors import Interruption, OperationError
from tasks_app.models import Task, Upload
from tasks_app.operations.context import Context
from tasks_app.operations.files import related
from tasks_app.operations.files.comparison import Pair, compare, totals
from tasks_app.operations.files.decision import SKIP, decide
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.inspection import Inspection, open_tables, outline
from tasks_app.operations.files.making import make
from tasks_app.operations.files.summary import in_rows
from tasks_app.operations.files.tables import Table

Pairs = dict[int, Pair]


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
        findings, tables = _look(context, upload)
        _read(context, findings, tables)
    else:
        findings = Findings.load(context.position)
        tables, _ = open_tables(upload.path, findings.dialect)
    _report_problems(context, findings)
    pairs = _decide(context, findings, tables)
    if findings.decision == SKIP:
        context.step("complete", rows=findings.rows, skipped=True)
    else:
        make(context, findings, upload, tables, pairs)
        related.remember(context.task, findings, upload)
        context.step("complete", rows=findings.rows, bad_rows=findings.bad)
    return {"file": upload.original_name, "size": upload.size, **findings.summary()}


def _look(context: Context, upload: Upload) -> tuple[Findings, list[Table]]:
    """Find out what the first rows say."""
    context.step("duplicate_check")
    earlier = related.same_bytes(context.task, upload)
    context.step("field_detection")
    tables, dialect = open_tables(upload.path)
    found = [table for table in map(outline, tables) if table.layout.columns]
    if not found:
        raise OperationError(
            "The file holds only blank cells. Save it again with its table.",
            code="empty_file",
        )
    findings = Findings(
        tables=found,
        dialect=dialect,
        duplicate_of=str(earlier.pk) if earlier else None,
    )
    largest = max(found, key=lambda table: len(table.layout.columns))
    context.step("platform_detection", **_shown(largest.platform, "name"))
    context.step("document_classification", **_shown(largest.document, "type"))
    return findings, tables


def _read(context: Context, findings: Findings, tables: list[Table]) -> None:
    """Read every row, and keep what it says."""
    columns = sum(len(table.layout.columns) for table in findings.tables)
    context.step("starting_transaction")
    context.step("storing", columns=columns, tables=len(findings.tables))
    context.step("extracting", columns=columns)
    by_name = {table.name: table for table in tables}
    inspection = Inspection()
    for found in findings.tables:

        def seen(rows: int, sheet: str = found.name) -> None:
            where = f" of sheet “{sheet}”" if sheet else ""
            context.progress(rows, None, f"Looked at {in_rows(rows)}{where}")

        inspection.read(by_name[found.name], found, seen=seen)
    findings.lines = inspection.lines.dump().hex()
    findings.shingles = inspection.shingles.dump().hex()
    context.save(findings.dump())


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


def _decide(context: Context, findings: Findings, tables: list[Table]) -> Pairs:
    """Settle what is done with a file that is known; return how it differs."""
    if findings.related is None:
        context.step("processing_decision", rows=findings.rows)
        findings.related = related.find(context.task, findings)
        _tell_related(context, findings)
        pairs = _compared(context, findings, tables)
        context.save(findings.dump())
    else:
        pairs = _compared(context, findings, tables, anew=True)
    if not findings.decision:
        findings.decision = decide(context, findings)
        context.save(findings.dump())
    return pairs


def _tell_related(context: Context, findings: Findings) -> None:
    earlier = findings.related
    if not earlier:
        return
    facts = {"task": earlier["task"], "title": earlier["name"]}
    if earlier["kind"] == "exact":
        context.step("duplicate_found", **facts)
    elif earlier["kind"] == "near":
        alike = earlier["similarity"]
        context.step("near_duplicate_found", similarity_score=alike, **facts)
    else:
        known = round(earlier["overlap"] * findings.good)
        context.step("content_duplicate_found", existing_rows=known, **facts)


def _compared(
    context: Context, findings: Findings, tables: list[Table], *, anew: bool = False
) -> Pairs:
    """Compare with the closest earlier file, if its rows are still there."""
    earlier = findings.related or {}
    needless = earlier.get("kind") == "exact" or findings.decision == SKIP
    if needless or (anew and findings.differences is None):
        return {}
    mine = Task.objects.filter(owner=context.task.owner_id).select_related("upload")
    task = mine.filter(pk=earlier["task"]).first() if earlier.get("task") else None
    if task is None:
        return {}

    def seen(rows: int) -> None:
        context.progress(rows, None, f"Compared {in_rows(rows)}")

    pairs = compare(findings, tables, task, seen=seen)
    if pairs and not anew:
        findings.differences = totals(pairs, findings)
        told = findings.differences
        context.step(
            "delta_analysis_complete",
            new_rows=told["new"],
            existing_rows=told["unchanged"],
            changed_rows=told["changed"],
            gone_rows=told["gone"],
        )
    return pairs


def _shown(finding: dict[str, Any], key: str) -> dict[str, Any]:
    """Return facts for the history; `name` would be taken for the step's own."""
    return {"found": finding[key], "evidence": finding["evidence"]}
