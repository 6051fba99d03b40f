"""What kind of document a table is, judged by the names of its columns.

The clues to each kind stand in `documents.toml`.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks_app.operations.files.normal import normal, with_words

KINDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["kind"]
LEAST_COLUMNS = 3


def classify(columns: Sequence[str]) -> dict[str, Any]:
    """Return `type` of the document, `evidence` (columns) and `reason`."""
    known = {normal(column): column for column in columns}
    found = [(kind["name"], _evidence(kind, known)) for kind in KINDS]
    name, evidence = max(found, key=lambda item: len(item[1]))
    if not evidence:
        reason = "The columns do not add up to a kind of document that I know."
        return {"type": "unknown", "evidence": [], "reason": reason}
    reason = f"{len(evidence)} columns are typical of {name}."
    return {"type": name, "evidence": evidence, "reason": reason}


def _evidence(kind: dict[str, Any], known: dict[str, str]) -> list[str]:
    """Return a column for each clue; none if what the kind needs is missing."""
    needed = [with_words(clue, known)[:1] for clue in kind["needs"]]
    if not all(needed):
        return []
    others = [with_words(clue, known)[:1] for clue in kind["has"]]
    columns = list(dict.fromkeys(itertools.chain(*needed, *others)))
    return columns if len(columns) >= LEAST_COLUMNS else []
