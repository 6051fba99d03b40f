"""What becomes of a file that was processed before: its sender decides.

Who cannot be asked is not: without `on_duplicate`, a task that a person started on a
page asks, and one that a program or a schedule submitted goes on as if nothing were
known. A paused task that nobody looks at would be worse than work done twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tasks_app.events import Source
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.steps import question
from tasks_app.operations.files.steps.question import NEW_ROWS, PROCESS, SKIP

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

KEY: Final = "on_duplicate"
PARAMS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        KEY: {
            "type": "string",
            "enum": ["ask", SKIP, PROCESS, NEW_ROWS],
            "title": "If I have seen this file before",
            "description": (
                "Ask: pause with a question. Skip: do nothing. Process: do it all the"
                " same. New rows: only the rows that the earlier file does not have."
                " Left out: ask if you started it on a page, else process."
            ),
        }
    },
    "additionalProperties": False,
}


def decide(context: Context, findings: Findings) -> str:
    """Return what is to be done: skip, process or new_rows; may pause to ask."""
    related = findings.related
    if not related:
        return PROCESS
    wish = context.params.get(KEY) or _usual(context)
    if related["kind"] == "overlap" and wish != NEW_ROWS:
        return PROCESS  # no duplicate: new rows stand beside known ones
    if wish == "ask":
        wish = context.ask(
            KEY, question.text(related), question.choices(related, findings)
        )
    if wish == NEW_ROWS and not findings.differences:
        if related["kind"] == "exact":
            return SKIP
        findings.decision_reason = _why_all(related)
        return PROCESS
    return wish


def _why_all(related: dict[str, Any]) -> str:
    name = related["name"]
    if related["task"] is None:
        return (
            f"All rows were processed, not only the new ones: “{name}” was processed so"
            " long ago that its rows are gone, and nothing tells which ones are new."
        )
    return (
        f"All rows were processed, not only the new ones: the rows of “{name}” could"
        " not be compared with these, since its file is gone or has other columns."
    )


def _usual(context: Context) -> str:
    return "ask" if context.task.source == Source.ADMIN else PROCESS
