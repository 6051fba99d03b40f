"""The operations among which people choose, by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .results import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks_app.operations.registry import Operation

OTHERS = "Others"


def grouped(operations: Iterable[Operation]) -> list[tuple[str, list[Operation]]]:
    """Return them by the first part of their names, `files` of `files.process`.

    Those whose names have one part only come last.
    """
    groups: dict[str, list[Operation]] = {}
    for each in sorted(operations, key=lambda each: each.title.casefold()):
        domain, dot, _ = each.name.partition(".")
        groups.setdefault(named(domain) if dot else OTHERS, []).append(each)
    return sorted(groups.items(), key=lambda item: (item[0] == OTHERS, item[0]))
