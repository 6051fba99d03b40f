"""The steps of the first reading: what a file is, and what its rows hold."""

from __future__ import annotations

from typing import Any

from tasks_app.errors import OperationError
from tasks_app.models import Upload
from tasks_app.operations.context import Context
from tasks_app.operations.files.comparing import related
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.inspecting.inspection import Inspection
from tasks_app.operations.files.inspecting.outline import outline
from tasks_app.operations.files.steps.summary import in_rows
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.tables.table import Table


def look(context: Context, upload: Upload) -> tuple[Findings, list[Table]]:
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


def read(context: Context, findings: Findings, tables: list[Table]) -> None:
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


def _shown(finding: dict[str, Any], key: str) -> dict[str, Any]:
    """Return facts for the history; `name` would be taken for the step's own."""
    return {"found": finding[key], "evidence": finding["evidence"]}
