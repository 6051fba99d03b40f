"""Cron fields as Celery reads them, and the moments they name.

Celery wants the day of the month and the day of the week to agree, where cron takes
either. Around a change of the clocks it is as in Debian's cron: what has a fixed time
and falls into the hour that is left out comes right after it, and once in the hour that
is repeated; what begins with a star goes by the clock on the wall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from celery.schedules import ParseException, crontab_parser
from cronsim import CronSim

from tasks_app.errors import InvalidInputError

MONTHS: Final = tuple(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"))
DAYS: Final = tuple(re.findall("...", "sunmontuewedthufrisat"))
LONGEST: Final = {**dict.fromkeys(range(1, 13), 31), 2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
NO_ZONE: Final = "There is no time zone “{}”. Choose one, such as Europe/Berlin."
PART: Final = r"(\*|\d{1,4}(-\d{1,4})?)(/\d{1,4})?"
PARTS: Final = re.compile(rf"{PART}(,{PART})*")


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five fields: what it may hold, and what a person calls it."""

    name: str
    called: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()

    def numbers(self, text: str) -> set[int]:
        """Return what `text` matches; raises ValueError."""
        plain = self.in_numbers(text)
        if not PARTS.fullmatch(plain):  # Celery reads over what stands behind a part
            raise ValueError(self.complaint(text))
        parser = crontab_parser(self.highest - self.lowest + 1, self.lowest)
        try:
            return set(parser.parse(plain))
        except (ParseException, ValueError) as error:
            raise ValueError(self.complaint(text)) from error

    def complaint(self, text: str) -> str:
        """Say what may stand in the field instead of `text`."""
        names = f" or {self.words[0]} to {self.words[-1]}" if self.words else ""
        return (
            f"“{text}” is no {self.called}. Use * for every one, {self.lowest} to"
            f" {self.highest}{names}, a range such as"
            f" {self.lowest + 1}-{self.lowest + 3}, a step such as */2, or several with"
            " commas between them."
        )

    def cron(self, text: str) -> str:
        """Return the field for cronsim: numbers, but what begins with a star."""
        numbers = self.numbers(text)
        if len(numbers) > self.highest - self.lowest:
            return "*" if text.startswith("*") else self._listed(numbers)
        if text.startswith("*") and "," not in text:
            return text
        return self._listed(numbers)

    def _listed(self, numbers: set[int]) -> str:
        return ",".join(map(str, sorted(numbers)))

    def in_numbers(self, text: str) -> str:
        """Return `text` with numbers in place of names; raises ValueError."""
        if not re.fullmatch(r"[0-9a-zA-Z*,/-]{1,240}", text):
            raise ValueError(self.complaint(text))
        return re.sub(r"[a-zA-Z]+", lambda found: self._number(found[0], text), text)

    def _number(self, word: str, text: str) -> str:
        short = word[:3].lower()
        if short not in self.words:
            raise ValueError(self.complaint(text))
        return str(self.words.index(short) + self.lowest)


class DayOfWeek(Field):
    """Sunday is 0 or 7."""

    def in_numbers(self, text: str) -> str:
        plain = super().in_numbers(text)
        plain = re.sub(r"(?<![\d/*])0-7(?!\d)", "0-6", plain)
        return re.sub(r"(?<![\d/])7(?!\d)", "0", plain)


FIELDS: Final = (
    Field("minute", "minute", 0, 59),
    Field("hour", "hour", 0, 23),
    Field("day_of_month", "day of a month", 1, 31),
    Field("month_of_year", "month", 1, 12, MONTHS),
    DayOfWeek("day_of_week", "day of the week", 0, 6, DAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields and the time zone they are read in."""

    fields: tuple[str, str, str, str, str]
    zone: str

    def check(self) -> None:
        """Raise InvalidInputError with a sentence for each field that is wrong."""
        errors: dict[str, list[str]] = {}
        read = {}
        for field, text in zip(FIELDS, self.fields, strict=True):
            try:
                read[field.name] = field.numbers(text)
            except ValueError as error:
                errors[field.name] = [str(error)]
        if not errors and not _comes(read["day_of_month"], read["month_of_year"]):
            text = "None of these months has that day, so it would never be due."
            errors["day_of_month"] = [text]
        if not is_known(self.zone):
            errors["timezone"] = [NO_ZONE.format(self.zone)]
        if errors:
            raise InvalidInputError(errors)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the moments after `moment`, in UTC, each once and in order."""
        last = moment
        walk = CronSim(_expression(self.fields), moment.astimezone(ZoneInfo(self.zone)))
        walk.day_and = True
        for local in walk:
            # In the hour that the clocks repeat, cronsim may begin before `moment`.
            if (found := local.astimezone(UTC)) > last:
                yield found
                last = found


def is_known(zone: str) -> bool:
    """Whether this machine has a time zone of that name."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError, ValueError):  # a folder is no zone either
        return False
    return True


@lru_cache(maxsize=1024)
def _expression(fields: tuple[str, ...]) -> str:
    pairs = zip(FIELDS, fields, strict=True)
    return " ".join(field.cron(text) for field, text in pairs)


def _comes(days: set[int], months: set[int]) -> bool:
    return any(min(days) <= LONGEST[month] for month in months)
