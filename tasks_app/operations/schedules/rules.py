"""When a plan is due: its rule as a value that yields slots.

A slot belongs to the rule and not to whoever looks: every beat finds the same ones,
after every restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tasks_app.errors import InvalidInputError

from .cron import FIELDS, Cron, is_known

if TYPE_CHECKING:
    from django_celery_beat.models import CrontabSchedule, PeriodicTask

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=3660)
FIRST_YEAR, LAST_YEAR = 1900, 9000
PERIODS: Final = ("seconds", "minutes", "hours", "days")
NO_NUMBER: Final = "Write a whole number, such as 15."
WANTED: Final = "Choose a cron rule, an interval or a moment."


@dataclass(frozen=True, slots=True)
class Every:
    """Moments that lie `step` apart, counted from `anchor`; a day has 24 hours."""

    step: timedelta
    anchor: datetime

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the moments after `moment`, in order."""
        found = self.anchor + ((moment - self.anchor) // self.step + 1) * self.step
        while True:
            yield found
            found += self.step


@dataclass(frozen=True, slots=True)
class Once:
    """One moment."""

    moment: datetime

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield it, unless `moment` is not before it."""
        if self.moment > moment:
            yield self.moment


@dataclass(frozen=True, slots=True)
class Rule:
    """What names the moments, and the span in which they count."""

    kind: Cron | Every | Once
    begins: datetime | None = None
    ends: datetime | None = None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the slots after `moment`, in order; one at `begins` counts."""
        if self.begins is not None:
            moment = max(moment, self.begins - timedelta(microseconds=1))
        try:
            for slot in self.kind.after(moment):
                if self.ends is not None and slot >= self.ends:
                    return
                yield slot
        except OverflowError:  # the calendar of Python ends with the year 9999
            return


def rule_of(plan: PeriodicTask) -> Rule:
    """Return the rule; raises InvalidInputError with a sentence for each field."""
    for moment in (plan.start_time, plan.expires):
        _within_reach(moment)
    return Rule(_kind(plan), begins=plan.start_time, ends=plan.expires)


def fingerprint(plan: PeriodicTask) -> str:
    """Return a text that is another one when the rule is; also of a wrong rule."""
    kinds = (plan.crontab, plan.interval, plan.clocked, plan.solar)
    texts = [_raw(plan.crontab)] if plan.crontab else [str(kind) for kind in kinds]
    if plan.clocked:
        texts = [plan.clocked.clocked_time.astimezone(UTC).isoformat()]
    begins = plan.start_time.astimezone(UTC).isoformat() if plan.start_time else ""
    text = " | ".join([*texts, begins])
    return text if len(text) <= 500 else hashlib.sha256(text.encode()).hexdigest()


def slots_after(plan: PeriodicTask, after: datetime, *, most: int) -> list[datetime]:
    """Return the next slots, in UTC; none for a plan whose rule is wrong or over.

    The plan need not be saved, and whether it is on does not matter.
    """
    try:
        return list(islice(rule_of(plan).after(after), most))
    except InvalidInputError:
        return []


def complaint(plan: PeriodicTask) -> str:
    """Return what is wrong with the rule, in sentences; nothing if it is well."""
    try:
        rule_of(plan)
    except InvalidInputError as error:
        return " ".join(text for texts in error.errors.values() for text in texts)
    return ""


def zoned(crontab: CrontabSchedule, zone: str) -> CrontabSchedule:
    """Give it a time zone; one that nobody knows stays a text, for `rule_of` to name.

    The field itself would raise for it, and so would every query that reads it.
    """
    crontab.__dict__["timezone"] = ZoneInfo(zone) if is_known(zone) else zone
    return crontab


@lru_cache(maxsize=4096)
def first_after(rule: Rule, moment: datetime) -> datetime | None:
    """Return the next slot, None when there is none any more."""
    return next(rule.after(moment), None)


def _kind(plan: PeriodicTask) -> Cron | Every | Once:
    if plan.crontab is not None:
        return _cron(plan.crontab)
    if plan.interval is not None:
        step = _step(plan.interval.every, plan.interval.period)
        return Every(step, plan.start_time or EPOCH)
    if plan.clocked is not None:
        _within_reach(plan.clocked.clocked_time)
        return Once(plan.clocked.clocked_time.astimezone(UTC))
    if plan.solar is not None:
        text = f"Sightline does not follow the sun. {WANTED}"
        raise InvalidInputError({"kind": [text]})
    raise InvalidInputError({"kind": [f"There is no rule. {WANTED}"]})


def _within_reach(moment: datetime | None) -> None:
    """Refuse what has no local time, or no moment before it, in every time zone."""
    if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        text = f"A moment lies in the years {FIRST_YEAR} to {LAST_YEAR}."
        raise InvalidInputError({"kind": [text]})


@lru_cache(maxsize=1024)
def _checked(cron: Cron) -> Cron:
    cron.check()
    return cron


def _cron(crontab: CrontabSchedule) -> Cron:
    texts = [str(getattr(crontab, field.name)) for field in FIELDS]
    minute, hour, day, month, weekday = (text.replace(" ", "") for text in texts)
    return _checked(Cron((minute, hour, day, month, weekday), str(crontab.timezone)))


def _raw(crontab: CrontabSchedule) -> str:
    fields = " ".join(str(getattr(crontab, field.name)) for field in FIELDS)
    return f"{fields} {crontab.timezone}"


def _step(every: object, period: str) -> timedelta:
    errors: dict[str, list[str]] = {}
    if period not in PERIODS:
        text = f"“{period}” cannot be counted. Choose {', '.join(PERIODS)}."
        errors["period"] = [text]
    if not isinstance(every, int):
        raise InvalidInputError({**errors, "every": [NO_NUMBER]})
    try:
        step = timedelta(**{period if period in PERIODS else "days": every})
    except OverflowError:
        step = timedelta.max
    if not SHORTEST <= step <= LONGEST and (every < 1 or not errors):
        text = "An interval is one second at least and ten years at most."
        errors["every"] = [text]
    if errors:
        raise InvalidInputError(errors)
    return step
