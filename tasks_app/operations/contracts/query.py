"""What people look for: words, phrases in quotation marks, beginnings of words."""

from __future__ import annotations

import functools
import operator
import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.contracts.folding import fold

MOST_TERMS: Final = 20
_TERM: Final = re.compile(r'["“”„]([^"“”„]*)["“”]|(\S+)')


@dataclass(frozen=True)
class Term:
    """Words that stand together; `open` when the last one may go on."""

    words: str
    open: bool = False

    @property
    def pattern(self) -> str:
        """What a folded text that has the term contains."""
        return f" {self.words}" if self.open else f" {self.words} "

    @property
    def shown(self) -> str:
        """The term as it was understood."""
        return f"{self.words}*" if self.open else self.words


@dataclass(frozen=True)
class Query:
    """Terms, of which contracts must have all, or at least one."""

    terms: tuple[Term, ...]
    every: bool = True

    def matches(self) -> pl.Expr:
        """Return whether a contract has what is looked for."""
        text = pl.col("search")
        found = [text.str.contains(term.pattern, literal=True) for term in self.terms]
        both = operator.and_ if self.every else operator.or_
        return functools.reduce(both, found)


def parsed(text: str, *, match: str = "all") -> Query:
    """Return the query that `text` is; raises OperationError when it has no words."""
    terms: list[Term] = []
    for quoted, bare in _TERM.findall(text):
        words = fold(quoted or bare)
        term = Term(words, open=bare.endswith("*"))
        if words and term not in terms:
            terms.append(term)
    if not terms:
        raise OperationError(
            "The search has no words. Type at least one letter or digit.",
            code="nothing_to_search",
        )
    if len(terms) > MOST_TERMS:
        raise OperationError(
            f"The search has {len(terms)} words; at most {MOST_TERMS} can be looked"
            " for. Leave some out.",
            code="nothing_to_search",
        )
    return Query(tuple(terms), every=match == "all")
