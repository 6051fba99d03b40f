"""How times and durations are written on the pages; `static/js/times.js` agrees."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

STEPS = (("d", 86_400), ("h", 3_600), ("min", 60))


def ago(moment: datetime) -> str:
    """Return how long ago `moment` was: `just now`, `5 min ago`, `3 h ago`."""
    seconds = (timezone.now() - moment).total_seconds()
    for unit, size in STEPS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def lasting(span: timedelta) -> str:
    """Return a duration in its two largest units: `0.4 s`, `12 s`, `3 min 5 s`."""
    seconds = max(0.0, span.total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    for (unit, size), (less, part) in zip(STEPS, (*STEPS[1:], ("s", 1)), strict=True):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {less}"
    return f"{whole} s"


def about(seconds: float) -> str:
    """Return a guess: `a few seconds`, `about 40 s`, `about 5 min`, `about 3 h`."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} s"
    for unit, size, below in (("min", 60, 5_400), ("h", 3_600, 129_600)):
        if seconds < below:
            return f"about {max(1, round(seconds / size))} {unit}"
    return f"about {round(seconds / 86_400)} d"


def counted(number: int, noun: str) -> str:
    """Return `1 task`, `1,204 tasks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def ahead(moment: datetime) -> str:
    """Return in how long `moment` is: `now`, `in 40 s`, `in 5 min`, `in 3 h 12 min`."""
    span = moment - timezone.now()
    seconds = span.total_seconds()
    if seconds < 1:
        return "now"
    if seconds < 60:
        return f"in {int(seconds)} s"
    if seconds < 3_600:
        return f"in {int(seconds // 60)} min"
    return f"in {lasting(span)}"
