"""Whether the rules of TIME_TO_LIVE_BY are about anything there is.

In a check of Django's, which every `manage.py` command makes: only here the operations
are known.
"""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from tasks_app.conf import setting
from tasks_app.operations import registry
from tasks_app.statuses import FINAL


@register
def check_time_to_live(**_: Any) -> list[CheckMessage]:
    """Return an error for each rule that no task can ever meet."""
    known = {kind.name for kind in registry.every()}
    return [
        Error(sentence, id="sightline.E010")
        for key in setting("TIME_TO_LIVE_BY")
        if (sentence := _wrong(key, known))
    ]


def _wrong(key: str, known: set[str]) -> str:
    operation, colon, status = key.partition(":")
    final = ", ".join(sorted(FINAL))
    if colon and status not in FINAL:
        return f"TIME_TO_LIVE_BY has “{key}”, but a task ends as one of: {final}."
    if operation in known or (not colon and key in FINAL):
        return ""
    return (
        f"TIME_TO_LIVE_BY has “{key}”, and there is no operation “{operation}”. Write"
        f" an operation, one of {final}, or both with a colon between."
    )
