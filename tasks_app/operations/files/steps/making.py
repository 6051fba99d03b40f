"""Makes the downloads: the cleaned table, the report, the list of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from django.utils.text import slugify

from tasks_app.models import Upload
from tasks_app.operations.context import Context
from tasks_app.operations.files.comparing import changes
from tasks_app.operations.files.comparing.pairs import Pair
from tasks_app.operations.files.findings import Findings, TableFinding
from tasks_app.operations.files.steps.question import NEW_ROWS
from tasks_app.operations.files.steps.summary import in_rows, summary_lines
from tasks_app.operations.files.writing.output import write_table
from tasks_app.operations.files.writing.report import Report
from tasks_app.operations.tables.table import Table

PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make(
    context: Context,
    findings: Findings,
    upload: Upload,
    tables: list[Table],
    pairs: dict[int, Pair],
) -> None:
    """Write the downloads of a file that is to be processed."""
    _tell(context, findings)
    by_name = {table.name: table for table in tables}
    with (
        context.artifact("report.xlsx", content_type=XLSX) as path,
        _report(path, findings, upload) as report,
    ):
        if pairs:
            _list_changes(context, list(pairs.values()), report)
        done = 0
        for index, found in enumerate(findings.tables):
            name = _parquet_name(index, found, several=len(findings.tables) > 1)
            with context.artifact(name, content_type=PARQUET) as target:
                for rows in write_table(
                    by_name[found.name],
                    found,
                    index=index,
                    path=target,
                    report=report,
                    only=_only(findings, pairs.get(index)),
                ):
                    wrote = f"Wrote {in_rows(done + rows)}"
                    context.progress(done + rows, findings.rows, wrote)
            done += found.rows


def _tell(context: Context, findings: Findings) -> None:
    """Tell the stages of the writing, those that have something to do."""
    rows = findings.rows
    added = [addition for table in findings.tables for addition in table.additions()]
    names = [found for table in findings.tables for found in table.evidence.values()]
    if names:
        merged = sum(found["names"] - found["entities"] for found in names)
        context.step("entity_resolution", rows=rows, merged_names=merged)
    if any(addition.what == "category" for addition in added):
        context.step("classification", rows=rows)
    context.step("enrichment", rows=rows, added=[a.name for a in added])


def _only(findings: Findings, pair: Pair | None) -> pl.Series | None:
    if findings.decision != NEW_ROWS or pair is None:
        return None
    return pair.delta.unknown()


def _list_changes(context: Context, pairs: list[Pair], report: Report) -> None:
    with context.artifact("changes.parquet", content_type=PARQUET) as path:
        for rows in changes.write(pairs, path):
            context.progress(rows, None, f"Listed the changes in {in_rows(rows)}")
        report.changes(changes.shown(path))


@contextmanager
def _report(path: Path, findings: Findings, upload: Upload) -> Iterator[Report]:
    report = Report(path, tables=len(findings.tables))
    try:
        yield report
    except BaseException:
        report.abandon()
        raise
    for table in findings.tables:
        report.entities(table.evidence)
    report.close(summary_lines(findings, upload))


def _parquet_name(index: int, found: TableFinding, *, several: bool) -> str:
    if not several:
        return "cleaned.parquet"
    sheet = slugify(found.name) or "sheet"
    return f"cleaned-{index + 1}-{sheet}.parquet"
