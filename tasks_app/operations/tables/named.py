"""Columns by exactly their name: `pl.col` takes one that is called `*` for all."""

from __future__ import annotations

import polars as pl
from polars import selectors


def named(name: str) -> pl.Expr:
    """Return the column of this name, as an expression."""
    return selectors.by_name(name).as_expr()
