"""Settles what is done with a file that is known, after comparing it."""

from __future__ import annotations

from tasks_app.errors import OperationError
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tasks_app.operations.files.comparing import related
from tasks_app.operations.files.comparing.comparison import compare, totals
from tasks_app.operations.files.comparing.pairs import Pair
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.steps.decision import decide
from tasks_app.operations.files.steps.question import NEW_ROWS, SKIP
from tasks_app.operations.files.steps.summary import in_rows
from tasks_app.operations.tables.table import Table

Pairs = dict[int, Pair]


def settle(context: Context, findings: Findings, tables: list[Table]) -> Pairs:
    """Settle what is done with a file that is known; return how it differs."""
    if findings.related is None:
        context.step("processing_decision", rows=findings.rows)
        found = related.find(context.task, findings)
        if found.get("task"):
            findings.needs = [found["task"]]
            context.save(findings.dump())  # from now on it is not pruned
        findings.related = found
        _tell_related(context, findings)
        pairs = _compared(context, findings, tables)
        context.save(findings.dump())
    else:
        pairs = _compared(context, findings, tables, anew=True)
    if not findings.decision:
        findings.decision = decide(context, findings)
        context.save(findings.dump())
    if findings.decision == NEW_ROWS and not pairs:
        raise OperationError(
            f"“{findings.related['name']}” was deleted meanwhile, so its rows can no"
            " longer be told from new ones. Retry to look at this file anew.",
            code="earlier_file_deleted",
        )
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
