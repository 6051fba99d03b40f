"""The steps of processing a file, in order.

What the first reading found is saved, so that a task which was paused, retried or
rescued goes straight on to the second. That one starts again from the first row: an
unfinished Parquet or Excel file cannot be continued.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from tasks_app.errors import Interruption, OperationError
from tasks_app.models import Task, Upload
from tasks_app.operations.context import Context
from tasks_app.operations.files.findings import LISTED, Findings, TableFinding
from tasks_app.operations.files.inspection import inspect, open_tables
from tasks_app.operations.files.output import write_table
from tasks_app.operations.files.report import Report
from tasks_app.operations.files.tables import Table
from tasks_app.statuses import Status

FINISHED = (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        findings = _look(context, upload)
        context.step("storing", rows=findings.rows, columns=_width(findings))
        context.save(findings.dump())
    else:
        findings = Findings.load(context.position)
    _report_problems(context, findings)
    context.step("extracting", rows=findings.rows)
    _extract(context, findings, upload)
    context.step("complete", rows=findings.rows, bad_rows=findings.bad)
    return {"file": upload.original_name, "size": upload.size, **findings.summary()}


def _look(context: Context, upload: Upload) -> Findings:
    """Find out all there is to know about the file in one reading."""
    context.step("duplicate_check")
    earlier = _earlier_task(context.task, upload)
    if earlier is not None:
        context.step("duplicate_found", task=str(earlier.pk), title=earlier.title)
    context.step("field_detection")
    tables, dialect = open_tables(upload.path)
    inspected = [_inspect(context, table) for table in tables]
    found = [table for table in inspected if table.layout.columns]
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
    context.step("platform_detection", **_shown(findings.largest.platform, "name"))
    context.step("document_classification", **_shown(findings.largest.document, "type"))
    return findings


def _inspect(context: Context, table: Table) -> TableFinding:
    def seen(rows: int) -> None:
        context.progress(rows, None, f"Looked at {_rows(rows)}{_of(table.name)}")

    return inspect(table, seen=seen)


def _earlier_task(task: Task, upload: Upload) -> Task | None:
    """Return the last task of the same owner that finished with the same bytes."""
    return (
        Task.objects.filter(
            owner=task.owner_id,
            operation=task.operation,
            status__in=FINISHED,
            upload__sha256=upload.sha256,
        )
        .exclude(pk=task.pk)
        .order_by("-finished_at")
        .first()
    )


def _report_problems(context: Context, findings: Findings) -> None:
    """Tell the first bad rows one by one, and the rest in one sentence."""
    try:
        for row, problem in findings.problems()[findings.reported :]:
            findings.reported += 1
            context.error(f"{problem}.", row=row)
        rest = findings.bad - LISTED
        if rest > 0 and findings.reported == LISTED:
            findings.reported += 1
            more = _rows(rest, kind="more ")
            listed = "the report lists " + ("it." if rest == 1 else "them.")
            context.error(f"{more} could not be read; {listed}")
    except Interruption:
        context.save(findings.dump())  # so that nothing is told twice
        raise
    if findings.reported:
        context.save(findings.dump())


def _extract(context: Context, findings: Findings, upload: Upload) -> None:
    tables, _ = open_tables(upload.path, findings.dialect)
    by_name = {table.name: table for table in tables}
    with (
        context.artifact("report.xlsx", content_type=XLSX) as path,
        _report(path, findings, upload) as report,
    ):
        done = 0
        for index, found in enumerate(findings.tables):
            name = _parquet_name(index, found, several=len(findings.tables) > 1)
            table = by_name[found.name]
            with context.artifact(name, content_type=PARQUET) as target:
                for rows in write_table(
                    table, found, index=index, path=target, report=report
                ):
                    context.progress(done + rows, findings.rows, _wrote(done + rows))
            done += found.rows


@contextmanager
def _report(path: Path, findings: Findings, upload: Upload) -> Iterator[Report]:
    report = Report(path, tables=len(findings.tables))
    try:
        yield report
    except BaseException:
        report.abandon()
        raise
    report.close(_summary_lines(findings, upload))


def _summary_lines(findings: Findings, upload: Upload) -> Iterator[tuple[str, str]]:
    yield "File", upload.original_name
    yield "Size in bytes", f"{upload.size:,}"
    yield "SHA-256", upload.sha256
    yield "Rows", f"{findings.rows:,}"
    yield "Good rows", f"{findings.good:,}"
    yield "Bad rows", f"{findings.bad:,}"
    if findings.dialect is not None:
        guess = " (a guess)" if findings.dialect.guessed else ""
        yield "Encoding", findings.dialect.encoding + guess
        yield "Delimiter", _spelled(findings.dialect.delimiter)
    for index, table in enumerate(findings.tables, start=1):
        if table.name:
            yield f"Sheet {index}", f"{table.name}: {_rows(table.rows)}"
    platform, document = findings.largest.platform, findings.largest.document
    yield "Exported by", f"{platform['name']}. {platform['reason']}"
    yield "Kind of document", f"{document['type']}. {document['reason']}"
    if findings.duplicate_of:
        yield "Same file as in task", findings.duplicate_of


def _shown(finding: dict[str, Any], key: str) -> dict[str, Any]:
    """Return facts for the history; `name` would be taken for the step's own."""
    return {"found": finding[key], "evidence": finding["evidence"]}


def _parquet_name(index: int, found: TableFinding, *, several: bool) -> str:
    if not several:
        return "cleaned.parquet"
    sheet = slugify(found.name) or "sheet"
    return f"cleaned-{index + 1}-{sheet}.parquet"


def _width(findings: Findings) -> int:
    return sum(len(table.columns) for table in findings.tables)


def _of(sheet: str) -> str:
    return f" of sheet “{sheet}”" if sheet else ""


def _wrote(rows: int) -> str:
    return f"Wrote {_rows(rows)}"


def _rows(count: int, *, kind: str = "") -> str:
    return f"{count:,} {kind}{'row' if count == 1 else 'rows'}"


def _spelled(delimiter: str) -> str:
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    return names.get(delimiter, delimiter)
