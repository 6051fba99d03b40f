"""What the pages ask of `operations.schedules`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo, available_timezones

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tasks_app.admin.new_form import merged
from tasks_app.admin.steering import origin
from tasks_app.errors import InvalidInputError
from tasks_app.operations import schedules
from tasks_app.operations.schedules.rules import rule_of

from .rules import CRON

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from tasks_app.models import Schedule
    from tasks_app.operations.schedules import Fields

    from .form import Form

MOST_DIGITS: Final = 9
NO_ZONE: Final = "There is no such time zone. Choose one, such as Europe/Berlin."
NO_NUMBER: Final = "Write a whole number, such as 15."


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who asks."""
    return {"user": request.user, "origin": origin(request)}


def save(form: Form, request: HttpRequest) -> Schedule:
    """Make the schedule, or change it; raises InvalidInputError."""
    fields, known = _fields(form), form.schedule
    try:
        if form.troubles:
            user = cast("User", request.user)
            schedules.draft(fields, user=user, of=known and known.plan)
            raise InvalidInputError({})
        if known is None:
            return schedules.create(fields, **by(request))
        return schedules.change(known, fields, **by(request))
    except InvalidInputError as error:
        raise InvalidInputError(merged(form.troubles, error.errors)) from None


def previewed(form: Form) -> PeriodicTask:
    """Return a plan with the rule that is typed; raises InvalidInputError."""
    known = form.schedule.plan if form.schedule else PeriodicTask()
    plan = PeriodicTask(start_time=known.start_time, expires=known.expires)
    texts = form.texts
    if texts["kind"] == "cron":
        plan.crontab = _crontab(texts)
    elif texts["kind"] == "interval":
        plan.interval = _interval(texts)
    else:
        plan.clocked = known.clocked
    rule_of(plan)
    return plan


def _crontab(texts: dict[str, str]) -> CrontabSchedule:
    if texts["timezone"] not in available_timezones():
        raise InvalidInputError({"timezone": [NO_ZONE]})
    five = {name: texts[name] for name in CRON}
    return CrontabSchedule(**five, timezone=ZoneInfo(texts["timezone"]))


def _interval(texts: dict[str, str]) -> IntervalSchedule:
    number = _number(texts["every"])
    if number is None:
        raise InvalidInputError({"every": [NO_NUMBER]})
    return IntervalSchedule(every=number, period=texts["period"])


def _fields(form: Form) -> Fields:
    """Return what is typed; what is not named stays as it is."""
    found: dict[str, Any] = {"name": form.name.value}
    found["description"] = form.description.value.strip()
    found |= {"missed": form.missed, "overlap": form.overlap}
    if not form.is_closed:
        name = form.operation.name if form.operation else ""
        found |= {"operation": name, "params": form.values}
    if form.schedule is None:
        found["is_on"] = form.is_on
    texts = form.texts
    if texts["kind"] == "interval":
        number = _number(texts["every"])
        found |= {"kind": "interval", "every": number, "period": texts["period"]}
    elif texts["kind"] == "cron":
        five = {name: texts[name] for name in CRON}
        found |= {"kind": "cron", "timezone": texts["timezone"], **five}
    return cast("Fields", found)


def _number(text: str) -> int | None:
    is_one = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_one else None
