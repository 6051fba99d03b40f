"""Finds the columns whose values name a row: filled in each, and no two the same."""

from __future__ import annotations

from typing import Final

import polars as pl

from tasks_app.operations.files.normal import normal

MOST: Final = 3  # columns that are followed to the end of a table
WORDS: Final = frozenset(
    {"id", "key", "number", "no", "nr", "nummer", "code", "symbol", "sku"}
    | {"reference", "ref", "uuid", "email"}
)


class Keys:
    """Looks at the numbers of cells batch by batch."""

    def __init__(self) -> None:
        self._seen: dict[str, list[pl.Series]] | None = None

    def look(self, numbers: pl.DataFrame, *, blank: int) -> None:
        """Take a batch into account; `blank` is the number of a blank cell."""
        if numbers.is_empty():
            return
        if self._seen is None:
            names = [n for n in numbers.columns if _is_unique(numbers[n], blank)]
            chosen = sorted(names, key=_rank)[:MOST]
            self._seen = {name: [numbers[name]] for name in chosen}
            return
        for name in list(self._seen):
            if _is_unique(numbers[name], blank):
                self._seen[name].append(numbers[name])
            else:
                del self._seen[name]

    def found(self) -> list[str]:
        """Return the columns, the likeliest first."""
        seen = (self._seen or {}).items()
        return [name for name, pieces in seen if no_two_alike(pl.concat(pieces))]


def no_two_alike(numbers: pl.Series) -> bool:
    """Whether each number comes once; sorting takes less memory than a set of them."""
    ordered = numbers.sort()
    return not (ordered[1:] == ordered[:-1]).any()


def _is_unique(numbers: pl.Series, blank: int) -> bool:
    return numbers.n_unique() == len(numbers) and not (numbers == blank).any()


def _rank(name: str) -> bool:
    return not WORDS & set(normal(name).split())
