"""Which program exported a table, judged by the names of its columns.

What programs call their columns stands in `platforms.toml`.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks_app.operations.files.normal import normal, with_words

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
LEAST_MARKS = 2


def find_platform(columns: Sequence[str]) -> dict[str, Any]:
    """Return `name` of the exporting program, `evidence` (columns) and `reason`."""
    known = {normal(column): column for column in columns}
    scored = [(_matches(platform, known), platform) for platform in KNOWN["platform"]]
    (marks, usual), best = max(scored, key=lambda item: [*map(len, item[0])])
    if marks:
        evidence, name = [*marks, *usual], best["name"]
        reason = f"{len(evidence)} of {len(columns)} columns are those of {name}."
        return {"name": name, "evidence": evidence, "reason": reason}
    bank = _bank_columns(known)
    if bank:
        reason = "A date, an amount and columns that only bank accounts have."
        return {"name": "bank export", "evidence": bank, "reason": reason}
    reason = "No program that I know exports these columns."
    return {"name": "unknown", "evidence": [], "reason": reason}


def _matches(
    platform: dict[str, Any], known: dict[str, str]
) -> tuple[list[str], list[str]]:
    marks = [known[name] for name in platform["marks"] if name in known]
    if len(marks) < platform.get("least", LEAST_MARKS):
        return [], []
    return marks, [known[name] for name in platform["usual"] if name in known]


def _bank_columns(known: dict[str, str]) -> list[str]:
    clues = [with_words(words, known) for words in KNOWN["bank"].values()]
    return list(dict.fromkeys(itertools.chain(*clues))) if all(clues) else []
