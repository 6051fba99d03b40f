"""Columns of text whose cells are dates or amounts, spelled in more than one way.

Each cell is read by itself, by the spellings that the whole column allows. Where
`03/04/2025` could be two days and no other cell settles it, it is left out and counted:
a value is never made by a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from tasks_app.operations.files.values.forms import BY_NAME, FORMS, MOST_DIGITS, Form

LOOK: Final = 200  # filled cells that say what a column may hold
LEAST_SHARE: Final = 0.6  # of them that look alike
DATES: Final = tuple(form for form in FORMS if form.type == "date")
NUMBERS: Final = (BY_NAME["point"], BY_NAME["comma"])
SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CODES: Final = (
    "AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|INR|JPY|KRW|MXN|NOK|NZD|PLN|RON|SEK|SGD"
    "|THB|TRY|USD|ZAR"
)
_SIGN: Final = "[" + "".join(SIGNS) + "]"
_CURRENCY: Final = f"({_SIGN}|\\b(?:{CODES})\\b)"
_SPACES: Final = "[\\s\u00a0\u202f'\u2019]"
MONEY: Final = (
    f"^[(]?[-+]?(?:{_CURRENCY}{_SPACES}?)?[-+]?[0-9][0-9.,' \u2019\u00a0\u202f]*"
    f"(?:{_SPACES}?{_CURRENCY})?[)]?-?$"
)


@dataclass
class Mixed:
    """What a column of such cells holds; `forms` are the spellings that are read."""

    kind: str  # date or amount
    forms: list[str]
    unreadable: int = 0
    example: str = ""  # of a cell that is not read
    counts: dict[str, int] = field(default_factory=dict)  # by spelling or currency
    scale: int = 0


class MixedSurvey:
    """Looks at the filled cells of a column that has no single form, all of them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._fits: Counter[str] = Counter()
        self._only: Counter[str] = Counter()
        self._currencies: Counter[str] = Counter()
        self._scale = 0
        self._cells = 0
        self._example = ""

    def look(self, text: pl.Series) -> None:
        """Take trimmed, filled cells into account."""
        self._cells += len(text)
        forms: tuple[Form, ...] = DATES
        if self._kind == "amount":
            forms = NUMBERS
            signs = currency(text).drop_nulls().value_counts()
            self._currencies.update(dict(signs.iter_rows()))
            text = number(text)
            after = text.str.extract("[.,]([0-9]{1,2}|[0-9]{4,})$").str.len_chars()
            longest: Any = after.max()
            self._scale = max(self._scale, longest or 0)
        self._count(text, forms)

    def _count(self, text: pl.Series, forms: tuple[Form, ...]) -> None:
        read = {form.name: _reads(form, text) for form in forms}
        if not self._example:
            none = ~pl.DataFrame(read).select(pl.any_horizontal(pl.all())).to_series()
            self._example = next(iter(text.filter(none).head(1)), "")
        for form in forms:
            fits = read[form.name]
            self._fits[form.name] += int(fits.sum())
            rival = read.get(form.rival)
            only = fits if rival is None else fits & ~rival
            self._only[form.name] += int(only.sum())

    def found(self) -> Mixed | None:
        """Return what the column holds, None when it is text."""
        forms = [name for name, count in self._fits.items() if self._settled(name)]
        read = sum(self._readable(name) for name in forms)
        if read < self._cells * LEAST_SHARE:
            return None
        counts = {name: self._readable(name) for name in forms}
        if self._kind == "amount":
            counts = dict(self._currencies)
        return Mixed(
            self._kind,
            forms,
            unreadable=self._cells - read,
            example=self._example,
            counts=counts,
            scale=min(self._scale, 8),
        )

    def _settled(self, name: str) -> bool:
        """Whether cells tell this spelling from its rival, or there is none."""
        rival = BY_NAME[name].rival
        return bool(self._fits[name]) and (not rival or self._only[name] > 0)

    def _readable(self, name: str) -> int:
        """Cells read so: all that fit, unless cells speak for the rival, too."""
        rival = BY_NAME[name].rival
        return self._only[name] if self._only[rival] else self._fits[name]


def values(cells: pl.Expr, mixed: Mixed) -> pl.Expr:
    """Return trimmed cells as dates or decimals; null where they cannot be read."""
    if mixed.kind == "amount":
        cells = _number_of(cells)
    fitting = {}
    for name in mixed.forms:
        form = BY_NAME[name]
        fits = cells.str.contains(form.pattern)
        fitting[name] = _value(form, pl.when(fits).then(cells), mixed)
    if len(fitting) < 2:
        return next(iter(fitting.values()))
    return pl.coalesce(
        pl.when(_clear(name, fitting)).then(value) for name, value in fitting.items()
    )


def currency(text: pl.Series) -> pl.Series:
    """Return the currency that stands in each cell."""
    return pl.select(currency_of(pl.lit(text))).to_series()


def currency_of(cells: pl.Expr) -> pl.Expr:
    """Return the currency that stands in a cell, as its code."""
    return cells.str.extract(_CURRENCY).replace(SIGNS)


def number(text: pl.Series) -> pl.Series:
    """Return the number in each cell, without currency, blanks and parentheses."""
    return pl.select(_number_of(pl.lit(text))).to_series()


def _number_of(cells: pl.Expr) -> pl.Expr:
    bare = cells.str.replace_all(_CURRENCY, "").str.replace_all(_SPACES, "")
    less = bare.str.contains("^[(].*[)]$|^-|-$")
    digits = bare.str.replace_all("[-+()]", "")
    return pl.when(less).then("-" + digits).otherwise(digits)


def _clear(name: str, fitting: dict[str, pl.Expr]) -> pl.Expr:
    """Whether the rival, where it is read too, does not fit as well."""
    rival = fitting.get(BY_NAME[name].rival)
    return pl.lit(value=True) if rival is None else rival.is_null()


def _value(form: Form, cells: pl.Expr, mixed: Mixed) -> pl.Expr:
    if form.type == "date":
        return cells.str.to_date(form.format, strict=False)
    if form.name == "comma":
        plain = cells.str.replace_all(".", "", literal=True)
        plain = plain.str.replace(",", ".", literal=True)
    else:
        plain = cells.str.replace_all(",", "", literal=True)
    return plain.cast(pl.Decimal(MOST_DIGITS, mixed.scale), strict=False)


def _reads(form: Form, text: pl.Series) -> pl.Series:
    fits = text.str.contains(form.pattern)
    if not form.format:
        return fits
    return fits & text.str.to_date(form.format, strict=False).is_not_null()


def kind_of(text: pl.Series) -> str:
    """Return what these cells look like: `date`, `amount` or nothing."""
    if text.is_empty():
        return ""
    dates = pl.Series("fits", [False]).new_from_index(0, len(text))
    for form in DATES:
        dates = dates | _reads(form, text)
    amounts = text.str.contains(MONEY)
    signed = text.str.contains(_CURRENCY + "|[.,][0-9]{2}[)]?-?$")
    if dates.mean() >= LEAST_SHARE:  # type: ignore[operator]
        return "date"
    enough = amounts.mean() >= LEAST_SHARE  # type: ignore[operator]
    return "amount" if enough and bool(signed.any()) else ""


def is_iso(form: str) -> bool:
    """Whether cells of this form are ISO 8601 as they stand."""
    return bool(re.match("iso", form))
