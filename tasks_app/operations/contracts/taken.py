"""How far an import is, in a shape that survives a pause or a lost worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tasks_app.operations.contracts.survey import Survey


@dataclass
class Taken:
    """How far the second reading is. `record` is the number of the last record read."""

    survey: Survey
    parts: int = 0
    record: int = 0
    good: int = 0
    bad: int = 0
    told: int = 0  # bad rows the task's history has already
    first: list[tuple[int, str]] = field(default_factory=list)  # LISTED bad rows
    blamed: dict[str, int] = field(default_factory=dict)  # bad rows by column

    def dump(self) -> dict[str, Any]:
        """Return JSON for `load`."""
        return asdict(self)

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Taken:
        """Return what `dump` wrote down."""
        more = {
            "survey": Survey.load(saved["survey"]),
            "first": [(row, text) for row, text in saved["first"]],
        }
        return cls(**{**saved, **more})
