"""The question about a file that was processed before, in words."""

from __future__ import annotations

from typing import Any

from tasks_app.events import ChoiceWire
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.steps.summary import in_rows, percent

SKIP, PROCESS, NEW_ROWS = "skip", "process", "new_rows"


def text(related: dict[str, Any]) -> str:
    """Return what is asked; how alike two files are is told in percent."""
    if related["kind"] == "exact":
        return (
            f"I have processed this file before, as “{related['name']}”. What shall I"
            " do with it?"
        )
    return (
        f"This file and “{related['name']}”, which I have processed before, are"
        f" {percent(related['similarity'])} alike. What shall I do with it?"
    )


def choices(related: dict[str, Any], findings: Findings) -> list[ChoiceWire]:
    """Return the answers, with what each of them leads to."""
    rows = in_rows(findings.good)
    found: list[ChoiceWire] = [
        {
            "value": SKIP,
            "label": "Skip it",
            "description": "Nothing is made of it; the earlier results stay.",
        },
        {
            "value": PROCESS,
            "label": "Process it anyway",
            "description": f"All {rows} are processed, as if the file were new.",
        },
    ]
    if findings.differences and related["kind"] != "exact":
        new, changed = findings.differences["new"], findings.differences["changed"]
        told = f"{in_rows(new, kind='new ')} and {in_rows(changed, kind='changed ')}."
        found.append(
            {"value": NEW_ROWS, "label": "Only the new rows", "description": told}
        )
    return found
