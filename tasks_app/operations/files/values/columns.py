"""What the columns of a table hold, decided from every row of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl

from tasks_app.operations.files.values.forms import (
    BY_NAME,
    FORMS,
    INTEGER_DIGITS,
    MOST_DIGITS,
    Form,
)
from tasks_app.operations.files.values.mixed import LOOK, kind_of

EXAMPLES = 3
LONGEST_EXAMPLE = 60  # characters


@dataclass(frozen=True)
class Column:
    """A column as it was found. `type` is one of integer, decimal, date, datetime,
    boolean, text, empty; `form` and `scale` say how its cells are to be read."""

    name: str
    type: str
    empty_share: float
    examples: list[str]
    form: str = ""
    scale: int = 0
    note: str = ""

    def summary(self) -> dict[str, Any]:
        """Return what users are shown."""
        shown = asdict(self)
        del shown["form"], shown["scale"]
        if not self.note:
            del shown["note"]
        return shown


@dataclass(frozen=True)
class Size:
    """Most digits before and after the decimal sign; whether any separator was seen."""

    digits: int = 0
    scale: int = 0
    separated: bool = False


@dataclass
class Survey:
    """Looks at one column batch by batch; `column` has the finding."""

    name: str
    forms: list[Form] = field(default_factory=lambda: list(FORMS))
    rows: int = 0
    filled: int = 0
    sizes: dict[str, Size] = field(default_factory=dict)  # by form, of numbers
    examples: list[str] = field(default_factory=list)
    looks_like: str | None = None  # date, amount or nothing, by the first cells

    def look(self, cells: pl.Series) -> None:
        """Take a batch of this column's cells into account."""
        self.rows += len(cells)
        trimmed = cells.str.strip_chars()
        text = trimmed.filter(trimmed != "")
        if text.is_empty():
            return
        self.filled += len(text)
        self._remember_examples(text)
        if self.looks_like is None:
            self.looks_like = kind_of(text.head(LOOK))
        if self.forms:
            text = text.unique()  # days and flags repeat: each is looked at once
        self.forms = [form for form in self.forms if form.fits(text)]
        whole = any(form.type == "integer" for form in self.forms)
        for form in self.forms:
            if form.type == "decimal":
                self._measure(form, text, is_whole=whole)

    def column(self) -> Column:
        """Return what the column holds, given everything it was shown."""
        form, note = self._decide()
        kind = form.type if form else "text" if self.filled else "empty"
        size = self.sizes.get(form.name, Size()) if form else Size()
        if kind == "decimal" and not size.scale:
            kind = "integer"  # 1,234,567
        return Column(
            name=self.name,
            type=kind,
            empty_share=round(1 - self.filled / self.rows, 4) if self.rows else 0.0,
            examples=self.examples,
            form=form.name if form else "",
            scale=size.scale if kind == "decimal" else 0,
            note=note,
        )

    def _decide(self) -> tuple[Form | None, str]:
        if not self.filled or not self.forms:
            return None, ""
        form = self.forms[0]
        size = self.sizes.get(form.name, Size())
        if form.type == "decimal" and not _holdable(size):
            return None, "These numbers have too many digits, so they stay text."
        if form.type == "decimal" and not size.separated:
            return None, ""  # -0, which no integer holds
        if any(other.name == form.rival for other in self.forms):
            what = "numbers" if form.type == "decimal" else "dates"
            return None, f"These {what} can be read in two ways, so they stay text."
        return form, ""

    @property
    def is_mixed(self) -> bool:
        """Whether its cells may be dates or amounts of several spellings."""
        return bool(self.looks_like) and not self.forms

    def _measure(self, form: Form, text: pl.Series, *, is_whole: bool) -> None:
        size = self.sizes.get(form.name, Size())
        if is_whole:  # digits and a minus: nothing to look for
            digits = max(size.digits, _count(text.str.len_bytes().max()))
            self.sizes[form.name] = replace(size, digits=digits)
            return
        plain = form.plain(text)
        before = plain.str.extract("^-?([0-9]+)").str.len_chars().max()
        after = plain.str.extract("[.]([0-9]+)$").str.len_chars().max()
        self.sizes[form.name] = Size(
            digits=max(size.digits, _count(before)),
            scale=max(size.scale, _count(after)),
            separated=size.separated or bool(text.str.contains("[.,]").any()),
        )

    def _remember_examples(self, text: pl.Series) -> None:
        if len(self.examples) >= EXAMPLES:
            return
        for value in text.unique(maintain_order=True).head(EXAMPLES * 2):
            shown = _shortened(value)
            if shown not in self.examples and len(self.examples) < EXAMPLES:
                self.examples.append(shown)


def as_values(cells: pl.Series, column: Column) -> pl.Series:
    """Return the cells as values of the column's type, blank ones as nulls.

    Raises ValueError for a cell that does not have the column's form: the file is not
    the one that was surveyed.
    """
    trimmed = cells.str.strip_chars()
    filled = trimmed != ""
    blank_as_null = pl.select(
        pl.when(filled).then(trimmed if column.form else cells).alias(cells.name)
    ).to_series()
    if not column.form:
        return blank_as_null
    values = BY_NAME[column.form].read(blank_as_null, scale=column.scale)
    if values.null_count() != len(cells) - filled.sum():
        raise ValueError(f"a cell of {column.name} has another form than expected")
    return values.alias(cells.name)


def _holdable(size: Size) -> bool:
    most = MOST_DIGITS if size.scale else INTEGER_DIGITS
    return size.digits + size.scale <= most


def _count(longest: object) -> int:
    return longest if isinstance(longest, int) else 0


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_EXAMPLE:
        return text
    return f"{text[: LONGEST_EXAMPLE - 1]}…"
