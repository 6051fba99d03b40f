"""Names of columns without what programs spell differently: case, signs and blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable


def normal(column: str) -> str:
    """Return a column's name in lower case with signs and doubled spaces as blanks."""
    return " ".join(re.sub(r"[^\w#]|_", " ", column.casefold()).split())


def with_words(words: Iterable[str], known: dict[str, str]) -> list[str]:
    """Return the columns whose names have one of these: `Betrag (EUR)` has `betrag`.

    `known` has columns by their normal names.
    """
    return [
        column
        for name, column in known.items()
        if any(f" {word} " in f" {name} " for word in words)
    ]
