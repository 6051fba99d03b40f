"""Reads the dates of contracts, in the ways people write them.

A value is never changed by a guess. `03/04/2025` is read only when it is known whether
the day comes first: because the rest of the file shows it, or because somebody said so.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

ORDERS: Final = ("day", "month")  # which comes first
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?"
)
_YEAR_LAST: Final = re.compile(
    r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?"
)
_NAMED: Final = (
    re.compile(
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -](?P<m>[a-z]{3,9})\.?,?[ -](?P<y>\d{4})"
    ),
    re.compile(r"(?P<m>[a-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})"),
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)


def order_of(text: str) -> str:
    """Return what a date shows of the order of its file: `day`, `month` or nothing."""
    found = _YEAR_LAST.fullmatch(text)
    if found is None or found[2] == ".":
        return ""
    first, second = int(found[1]), int(found[3])
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else ""


def read_date(text: str, *, order: str) -> dt.date:
    """Return the date; `order` says what comes first, empty when that is not known.

    Raises ValueError with the end of a sentence that begins with the text.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        if found[2] or len(found[3] + found[4]) == 4:
            return _date(found[1], found[3], found[4])
    elif found := _YEAR_LAST.fullmatch(text):
        return _year_last(text, found, order)
    for pattern in _NAMED:
        if found := pattern.fullmatch(text.lower()):
            return _date(found["y"], _month(found["m"]), found["d"])
    raise ValueError("is no date; write it like 2025-08-31")


def _year_last(text: str, found: re.Match[str], order: str) -> dt.date:
    first, sign, second, year = found.groups()
    known = "day" if sign == "." else order_of(text) or order
    if not known and first.zfill(2) != second.zfill(2):
        raise ValueError(
            "can be read in two ways; say with the parameter “dates” whether the day or"
            " the month comes first"
        )
    day, month = (second, first) if known == "month" else (first, second)
    return _date(year, month, day)


def _month(name: str) -> int:
    for number, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]) or (name == "sept" and number == 9):
            return number
    raise ValueError("names a month that does not exist")


def _date(year: str, month: str | int, day: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("is a day that does not exist") from None
