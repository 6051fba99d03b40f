"""Numbers, shares, durations and times as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from tasks_app.admin.words import lasting

# Amounts are texts, exact to the cent; Python counts no more than 4,300 digits.
MONEY: Final = re.compile(r"(-?)(\d{1,30})(\.\d\d)")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
SHARE: Final = re.compile(
    r"(.*_)?(share|similarity|overlap|(failure|error|success|hit)_rate)"
)
UNITS: Final = ("_bytes", "_ms", "_seconds", "_seconds_ago")
LONGEST: Final = 10**10  # seconds; what is more is no duration


def quantity(name: str, number: float) -> str:
    """Return a number in the unit that its name tells, such as `_ms` or `_share`."""
    if SHARE.fullmatch(name) and 0 <= number <= 1:
        return percent(number * 100, is_all=number == 1)
    if name.endswith("percent"):
        return percent(number, is_all=number == 100)
    ending = name.rpartition("_")[2]
    if name.endswith("_seconds_ago") and 0 <= number < LONGEST:
        return f"{lasting(timedelta(seconds=number))} ago"
    if ending == "seconds" and 0 <= number < LONGEST:
        return lasting(timedelta(seconds=number))
    if ending == "ms" and 0 <= number < LONGEST:
        is_short = number < 1_000
        span = timedelta(milliseconds=number)
        return f"{plain(number)} ms" if is_short else lasting(span)
    if ending == "bytes" and number >= 0:
        return filesizeformat(number)
    return plain(number)


def has_unit(name: str) -> bool:
    """Whether numbers of this name say how large or how long something is."""
    return name in {"bytes", "size"} or name.endswith(UNITS)


def plain(number: float) -> str:
    """Return a number with separators, and no more decimals than say something."""
    if isinstance(number, int):
        return f"{number:,}"
    if number and abs(number) < 0.001:
        return f"{number:.3g}"
    return f"{round(number, 4):,}".removesuffix(".0")


def percent(number: float, *, is_all: bool) -> str:
    """Return it with one decimal; only all of it is 100 %, only nothing is 0 %."""
    if 0 < number < 0.1:
        return "< 0.1 %"
    shown = round(number, 1)
    if shown == 100 and not is_all:
        shown = 99.9
    return f"{plain(shown)} %"


def money(text: str) -> str:
    """Return an amount with separators; else nothing."""
    amount = MONEY.fullmatch(text)
    return f"{amount[1]}{int(amount[2]):,}{amount[3]}" if amount else ""


def moment(text: str) -> str:
    """Return a day, or a time that has a zone, in words; else nothing."""
    try:
        if DAY.fullmatch(text):
            day: date | None = parse_date(text)
            return date_format(day, "j M Y") if day else ""
        found: datetime | None = parse_datetime(text) if TIME.fullmatch(text) else None
        if found is None or timezone.is_naive(found):
            return ""
        return date_format(timezone.localtime(found), "j M Y, H:i:s T")
    except (ValueError, OverflowError):  # looks like one, such as 2026-02-30
        return ""
