"""Text as it is searched: without capitals, accents and punctuation.

The fields of a contract are folded into one text, each with a blank around every word
and `MARK` between fields. So ` word ` finds a whole word, ` word` the beginning of one,
` two words ` a phrase, and none of them reaches from one field into the next.
"""

from __future__ import annotations

from typing import Final

import polars as pl

MARK: Final = "\x1f"
FIELDS: Final = (
    *("contract_number", "title", "contractor", "directorate"),
    *("procurement_unique_id", "contract_type"),
)
_LETTERS: Final = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
_APART: Final = rf"[^\p{{L}}\p{{N}}{MARK}]+"


def folded(text: pl.Expr) -> pl.Expr:
    """Return text without capitals, accents and punctuation, blanks at its ends."""
    plain = text.fill_null("").str.normalize("NFKD").str.to_lowercase()
    plain = plain.str.replace_all(r"\p{M}+", "").str.replace_many(_LETTERS)
    return pl.concat_str(
        pl.lit(" "),
        plain.str.replace_all(_APART, " ").str.strip_chars(" "),
        pl.lit(" "),
    )


def searched() -> pl.Expr:
    """Return the column `search`, made of FIELDS in their order."""
    fields = [pl.col(name).fill_null("") for name in FIELDS]
    return folded(pl.concat_str(fields, separator=f" {MARK} ")).alias("search")


def fold(text: str) -> str:
    """Return one text folded like those of the contracts, without blanks around it."""
    found = pl.select(folded(pl.lit(text.replace(MARK, " ")))).item()
    return str(found).strip()
