"""The ways in which a cell's text may stand for a value.

A form fits a column only if it fits every filled cell. Where two forms with different
meanings fit (`03/04/2025`, `1,234`), neither is used and the column stays text: a
value is never changed by a guess. For the same reason a number with a leading zero
or a plus sign is no number (`007`, `+49 30 1234`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

DATE_TIME = pl.Datetime("us")
DATE_TIME_UTC = pl.Datetime("us", "UTC")
MOST_DIGITS = 38  # what a Parquet decimal holds
INTEGER_DIGITS = 18  # always fits 64 bits


@dataclass(frozen=True)
class Form:
    """A spelling of a type; `rival` spells another value with the same signs."""

    name: str
    type: str
    pattern: str
    format: str = ""  # of strptime, for dates and times
    rival: str = ""

    def fits(self, text: pl.Series) -> bool:
        """Tell whether every one of these trimmed, filled cells has this form."""
        if not text.str.contains(self.pattern).all():
            return False
        return not self.format or not self.read(text).has_nulls()

    def read(self, text: pl.Series, *, scale: int = 0) -> pl.Series:
        """Return the values; `scale` is how many digits follow the decimal sign."""
        if self.type == "boolean":
            return text.str.to_lowercase().is_in(["true", "yes"])
        if self.type == "date":
            return text.str.to_date(self.format, strict=False)
        if self.type == "datetime":
            return self._read_time(text)
        plain = self.plain(text)
        return plain.cast(pl.Decimal(MOST_DIGITS, scale) if scale else pl.Int64)

    def plain(self, text: pl.Series) -> pl.Series:
        """Return numbers without thousands separators and with a decimal point."""
        if self.name == "comma":
            text = text.str.replace_all(".", "", literal=True)
            return text.str.replace(",", ".", literal=True)
        return text.str.replace_all(",", "", literal=True)

    def _read_time(self, text: pl.Series) -> pl.Series:
        """Read times; ISO 8601 may leave out seconds, or the time where it is 0:00."""
        zoned = self.format.endswith("z")
        if self.name.startswith("iso"):
            text = text.str.replace(r"^([0-9-]{10})T", "${1} ")
            text = text.str.replace(r"^([0-9-]{10})$", "${1} 00:00")
            text = text.str.replace(
                r"^([0-9-]{10} [0-9]{2}:[0-9]{2})($|Z| ?[-+])", "${1}:00${2}"
            )
        return text.str.to_datetime(
            self.format,
            strict=False,
            time_unit="us",
            time_zone="UTC" if zoned else None,
        )


_ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[0-9]{1,2}:[0-9]{2}"
_ISO_TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_SLASHED = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_DASHED = "[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"
_DOTTED = "[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}"

# The first that fits is taken.
FORMS = (
    Form("true", "boolean", "^(?i:true|false)$"),
    Form("yes", "boolean", "^(?i:yes|no)$"),
    Form("integer", "integer", f"^(0|-?[1-9][0-9]{{0,{INTEGER_DIGITS - 1}}})$"),
    Form(
        "point",
        "decimal",
        "^-?(0|[1-9][0-9]{0,2}(,[0-9]{3})+|[1-9][0-9]*)([.][0-9]+)?$",
        rival="comma",
    ),
    Form(
        "comma",
        "decimal",
        "^-?(0|[1-9][0-9]{0,2}([.][0-9]{3})+|[1-9][0-9]*)(,[0-9]+)?$",
        rival="point",
    ),
    Form("iso date", "date", f"^{_ISO_DATE}$", "%Y-%m-%d"),
    Form("slashed ymd", "date", "^[0-9]{4}/[0-9]{2}/[0-9]{2}$", "%Y/%m/%d"),
    Form("dotted dmy", "date", f"^{_DOTTED}$", "%d.%m.%Y"),
    Form("slashed dmy", "date", f"^{_SLASHED}$", "%d/%m/%Y", rival="slashed mdy"),
    Form("slashed mdy", "date", f"^{_SLASHED}$", "%m/%d/%Y", rival="slashed dmy"),
    Form("dashed dmy", "date", f"^{_DASHED}$", "%d-%m-%Y", rival="dashed mdy"),
    Form("dashed mdy", "date", f"^{_DASHED}$", "%m-%d-%Y", rival="dashed dmy"),
    Form("named dmy", "date", "^[0-9]{1,2} [A-Za-z]{3} [0-9]{4}$", "%d %b %Y"),
    Form("named mdy", "date", "^[A-Za-z]{3} [0-9]{1,2}, [0-9]{4}$", "%b %d, %Y"),
    Form(
        "iso time",
        "datetime",
        f"^{_ISO_DATE}([T ]{_ISO_TIME})?$",
        "%Y-%m-%d %H:%M:%S%.f",
    ),
    Form(
        "iso zoned time",
        "datetime",
        f"^{_ISO_DATE}[T ]{_ISO_TIME}(Z| ?[-+][0-9]{{2}}:?[0-9]{{2}})$",
        "%Y-%m-%d %H:%M:%S%.f%#z",
    ),
    Form("dotted time", "datetime", f"^{_DOTTED} {_CLOCK}$", "%d.%m.%Y %H:%M"),
    Form(
        "slashed dmy time",
        "datetime",
        f"^{_SLASHED} {_CLOCK}$",
        "%d/%m/%Y %H:%M",
        rival="slashed mdy time",
    ),
    Form(
        "slashed mdy time",
        "datetime",
        f"^{_SLASHED} {_CLOCK}$",
        "%m/%d/%Y %H:%M",
        rival="slashed dmy time",
    ),
)
BY_NAME = {form.name: form for form in FORMS}
