"""A rule in the words of people, and in those of cron."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from cron_descriptor import FormatException, Options, get_description
from django.utils import timezone
from django.utils.formats import date_format

from .cron import FIELDS, Cron, is_known
from .rules import Every, complaint, rule_of

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def rule_in_words(plan: PeriodicTask) -> str:
    """Return “At 02:00, Europe/Berlin”, or what is wrong with the rule."""
    if said := complaint(plan):
        return said
    kind = rule_of(plan).kind
    if isinstance(kind, Cron):
        return f"{_described(kind)}, {kind.zone}"
    if isinstance(kind, Every):
        return _every(int(kind.step.total_seconds()))
    here = timezone.localtime(kind.moment, zone_of(plan))
    time = "H:i:s" if here.second else "H:i"
    return f"Once, on {date_format(here, f'j F Y, {time}')}, {here.tzinfo}"


def zone_of(plan: PeriodicTask) -> tzinfo:
    """Return the time zone of the rule; that of the site where the rule has none."""
    crontab = plan.crontab
    if crontab is not None and isinstance(crontab.timezone, tzinfo):
        return crontab.timezone
    schedule = getattr(plan, "schedule_of_tasks", None)
    if plan.clocked is not None and schedule is not None and is_known(schedule.zone):
        return ZoneInfo(schedule.zone)
    return timezone.get_current_timezone()


def cron_of(plan: PeriodicTask) -> str:
    """Return the five fields, such as `0 2 * * *`; nothing for what has none."""
    if plan.crontab is None:
        return ""
    texts = (str(getattr(plan.crontab, field.name)) for field in FIELDS)
    return " ".join(text.replace(" ", "") for text in texts)


def _described(cron: Cron) -> str:
    options = Options()
    options.use_24hour_time_format = True
    try:
        pairs = zip(FIELDS, cron.fields, strict=True)
        plain = " ".join(field.in_numbers(text) for field, text in pairs)
        return str(get_description(plain, options))
    except (FormatException, ValueError, IndexError):  # as of ranges such as fri-mon
        return " ".join(cron.fields)


def _every(seconds: int) -> str:
    size, unit = next(each for each in UNITS if seconds % each[0] == 0)
    count = seconds // size
    return f"Every {unit}" if count == 1 else f"Every {count:,} {unit}s"
