"""What somebody typed becomes a plan, or sentences about each field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils import timezone
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)

from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule
from tasks_app.models.schedule import Missed, Overlap
from tasks_app.operations import registry, schema

from .cron import FIELDS, NO_ZONE
from .messages import submit_scheduled
from .moments import NO_MOMENT, placed
from .reading import asked_of, plan_of
from .rules import WANTED, fingerprint, rule_of, slots_after, zoned

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_NAME: Final = 200  # characters
PASSED: Final = "It would never be due: that moment has passed. Choose a later one."
TAKEN: Final = "There is a schedule “{}” already."
POLICIES: Final = {"missed": Missed, "overlap": Overlap}
Errors = dict[str, list[str]]


class Fields(TypedDict, total=False):
    """What a schedule is made of. `kind` is cron, interval or clocked."""

    name: str
    description: str
    operation: str
    params: dict[str, Any]
    kind: str
    minute: str
    hour: str
    day_of_month: str
    month_of_year: str
    day_of_week: str
    timezone: str
    every: int
    period: str
    at: datetime | None  # without a zone of its own it is in `timezone`
    start_time: datetime | None
    expires: datetime | None
    one_off: bool
    missed: str
    overlap: str
    is_on: bool


def draft(
    fields: Fields, *, user: User, of: PeriodicTask | None = None
) -> PeriodicTask:
    """Return the plan as it would be, not saved; of an existing one with the changes.

    Raises InvalidInputError with sentences for each field. What `fields` does not name
    stays as it is, or is what it usually is.
    """
    plan = PeriodicTask(task=submit_scheduled.name) if of is None else plan_of(of.pk)
    errors: Errors = {}
    _name(plan, fields, errors)
    _operation(plan, fields, user, errors)
    _span(plan, fields)
    _rule(plan, fields, errors)
    for name, choices in POLICIES.items():
        if name in fields and fields[name] not in choices.values:  # type: ignore[literal-required]  # both are keys
            known = ", ".join(choices.values)
            errors[name] = [f"There is no such way. Known are: {known}."]
    if errors:
        raise InvalidInputError(errors)
    return plan


def preview(fields: Fields, *, of: PeriodicTask | None = None) -> PeriodicTask:
    """Return a plan with the rule alone; raises InvalidInputError."""
    plan = PeriodicTask() if of is None else plan_of(of.pk)
    errors: Errors = {}
    _rule(plan, fields, errors)
    if errors:
        raise InvalidInputError(errors)
    Schedule(plan=plan, zone=fields.get("timezone", ""))  # in which it is told
    return plan


def usable(operation: str, *, user: User | None) -> registry.Operation:
    """Return the operation, which a schedule can submit; raises InvalidInputError."""
    kind = registry.find(operation, user=user)
    text = ""
    if kind.accepts:
        text = f"“{kind.title}” needs a file, which no schedule has."
    elif kind.acts_for_owner:
        text = f"“{kind.title}” acts for its owner; what a schedule submits has none."
    if text:
        raise InvalidInputError({"operation": [text]})
    return kind


def _name(plan: PeriodicTask, fields: Fields, errors: Errors) -> None:
    plan.name = fields.get("name", plan.name).strip()
    plan.description = fields.get("description", plan.description)
    others = PeriodicTask.objects.exclude(pk=plan.pk).filter(name=plan.name)
    if not plan.name:
        errors["name"] = ["Give the schedule a name."]
    elif len(plan.name) > LONGEST_NAME:
        errors["name"] = [f"Must have at most {LONGEST_NAME} characters."]
    elif not plan.name.isprintable():
        errors["name"] = ["Must not contain invisible characters."]
    elif others.exists():
        errors["name"] = [TAKEN.format(plan.name)]


def _operation(plan: PeriodicTask, fields: Fields, user: User, errors: Errors) -> None:
    known = asked_of(plan) if plan.pk else {}
    name = fields.get("operation", str(known.get("operation", "")))
    params = fields.get("params", known.get("params") or {})
    try:
        kind = usable(name, user=user)
        plan.kwargs = json.dumps(
            {"operation": kind.name, "params": schema.check(params, kind.params)}
        )
    except InvalidInputError as error:
        errors.update(error.errors)


def _span(plan: PeriodicTask, fields: Fields) -> None:
    plan.start_time = fields.get("start_time", plan.start_time)
    plan.expires = fields.get("expires", plan.expires)
    plan.one_off = fields.get("one_off", plan.one_off)
    plan.enabled = fields.get("is_on", plan.enabled)


def _rule(plan: PeriodicTask, fields: Fields, errors: Errors) -> None:
    """Put the rule into the plan, with a row of its own that is not saved."""
    kind = fields.get("kind") or _present(plan)
    if kind not in MAKERS:
        errors["kind"] = [WANTED]
        return
    before = fingerprint(plan) if plan.pk else ""
    was_once = plan.clocked is not None
    try:
        made = MAKERS[kind](plan, fields)
        plan.crontab = plan.interval = plan.clocked = plan.solar = None
        setattr(plan, KINDS[kind], made)
        if was_once and "one_off" not in fields:
            plan.one_off = False
        plan.one_off = plan.one_off or kind == "clocked"
        rule_of(plan)
        is_other = plan.enabled or before != fingerprint(plan)
        if is_other and not slots_after(plan, timezone.now(), most=1):
            errors["at" if kind == "clocked" else "expires"] = [PASSED]
    except InvalidInputError as error:
        errors.update(error.errors)
    zone = fields.get("timezone")
    if kind != "interval" and zone is not None and zone not in available_timezones():
        errors["timezone"] = [NO_ZONE.format(zone)]


def _present(plan: PeriodicTask) -> str:
    found = (kind for kind, name in KINDS.items() if getattr(plan, name) is not None)
    return next(found, "")


def _cron(plan: PeriodicTask, fields: Fields) -> CrontabSchedule:
    old = plan.crontab or CrontabSchedule(timezone=ZoneInfo(settings.TIME_ZONE))
    texts: dict[str, Any] = {
        field.name: str(fields.get(field.name, getattr(old, field.name)))
        for field in FIELDS
    }
    plain = {name: text.replace(" ", "") for name, text in texts.items()}
    return zoned(CrontabSchedule(**plain), fields.get("timezone", str(old.timezone)))


def _interval(plan: PeriodicTask, fields: Fields) -> IntervalSchedule:
    old = plan.interval or IntervalSchedule(every=1, period="hours")
    every = fields.get("every", old.every)
    return IntervalSchedule(every=every, period=fields.get("period", old.period))


def _clocked(plan: PeriodicTask, fields: Fields) -> ClockedSchedule:
    at = fields.get("at", plan.clocked.clocked_time if plan.clocked else None)
    if at is None:
        raise InvalidInputError({"at": [NO_MOMENT]})
    if timezone.is_naive(at):
        at = placed(at, zone=fields.get("timezone", settings.TIME_ZONE))
    return ClockedSchedule(clocked_time=at)


KINDS: Final = {"cron": "crontab", "interval": "interval", "clocked": "clocked"}
MAKERS: Final = {"cron": _cron, "interval": _interval, "clocked": _clocked}
