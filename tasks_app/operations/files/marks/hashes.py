"""Cells and rows as numbers, the same on every machine and in every release.

A row's number is the sum of its cells' (xxHash64, blanks around them ignored), each
times a factor that belongs to the name of its column. So rows are equal whatever the
order of the columns, and parts of rows cost nothing more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import add
from typing import Any, Final

import polars as pl
import polars_hash as _  # noqa: F401 - brings `nchash`

from tasks_app.operations.files.normal import normal
from tasks_app.operations.tables.named import named

PARTS: Final = 4  # of a row; a change in one leaves the others as they were


def cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the number of every cell."""
    return frame.select(
        named(name).str.strip_chars().nchash.xxhash64().alias(name)  # type: ignore[attr-defined]
        for name in frame.columns
    )


@lru_cache(maxsize=1)
def blank() -> int:
    """Return the number of a blank cell."""
    number: int = cells(pl.DataFrame({"blank": [""]})).item()
    return number


def row(columns: Iterable[str], *, salt: str = "") -> pl.Expr:
    """Return the number of a row, made of the numbers of these cells."""
    terms: list[Any] = [
        named(name) * pl.lit(number, dtype=pl.UInt64)
        for name, number in _factors(columns, salt).items()
    ]
    total: pl.Expr = reduce(add, terms)
    return total


def parts(columns: Iterable[str]) -> list[pl.Expr]:
    """Return the numbers of the parts of a row; by its name a column is in one."""
    of: dict[int, list[str]] = {}
    for name in columns:
        of.setdefault(factor(name, "part") // 2 % PARTS, []).append(name)
    return [row(names, salt="part") for names in of.values()]


def _factors(columns: Iterable[str], salt: str) -> dict[str, int]:
    """Return each column's; of those that differ in signs alone, one of its own."""
    seen: Counter[str] = Counter()
    found = {}
    for name in columns:
        nth = seen[normal(name)]
        seen[normal(name)] += 1
        found[name] = factor(f"{name} #{nth}" if nth else name, salt)
    return found


@lru_cache(maxsize=4096)
def factor(name: str, salt: str) -> int:
    """Return the odd number that stands for a column."""
    words = f"{salt}/{normal(name)}".encode()
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "big") | 1
