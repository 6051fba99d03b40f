"""The rule of a schedule as fields of a form: cron fields, so often, or once."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

from django.utils import timezone

from tasks_app.admin.parameters import Field
from tasks_app.operations.schedules import zone_of

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

KINDS: Final = {
    "cron": "At set times",
    "interval": "Every so often",
    "clocked": "Once, at",
}
CRON: Final = {
    "minute": ("Minute", "0 to 59"),
    "hour": ("Hour", "0 to 23"),
    "day_of_month": ("Day of month", "1 to 31"),
    "month_of_year": ("Month", "1 to 12, jan"),
    "day_of_week": ("Day of week", "0 to 6, sun"),
}
PERIODS: Final = ("seconds", "minutes", "hours", "days")
USUAL: Final = {"minute": "0", "hour": "2", "every": "15", "period": "minutes"}


def texts_of(plan: PeriodicTask | None) -> dict[str, str]:
    """Return the texts of the fields for a plan; what is usual for a new one."""
    zone = timezone.get_current_timezone_name()
    texts = {**dict.fromkeys(CRON, "*"), **USUAL, "at": "", "kind": "cron"}
    texts["timezone"] = zone
    if plan is None:
        return texts
    if plan.interval is not None:
        every = {"every": str(plan.interval.every), "period": plan.interval.period}
        return {**texts, **every, "kind": "interval"}
    if plan.crontab is not None:
        five = {name: str(getattr(plan.crontab, name)) for name in CRON}
        return {**texts, **five, "timezone": str(plan.crontab.timezone)}
    if plan.clocked is not None:
        return {**texts, **_once(plan), "kind": "clocked"}
    return {**texts, "kind": "other"}


def rule_fields(texts: dict[str, str], *, other: str = "") -> dict[str, Field]:
    """Return the controls, filled with the texts; `other` is a rule of another kind."""
    kinds = [*KINDS.items(), *([("other", other)] if other else [])]
    made = [
        _choice("kind", "When", kinds),
        *(_cron(name, label, hint) for name, (label, hint) in CRON.items()),
        Field(
            name="timezone",
            kind="text",
            label="Time zone",
            hint="The times above are read in it, with its summer time.",
            limits={"list": "zones", "maxlength": 63, "autocomplete": "off"},
        ),
        Field(name="at", kind="datetime-local", label="Date and time"),
        Field(name="every", kind="number", label="Every", limits={"min": 1, "step": 1}),
        _choice("period", "Unit", [(name, name) for name in PERIODS]),
    ]
    for field in made:
        field.prefix = ""
        field.show(texts.get(field.name, ""))
    return {field.name: field for field in made}


def _once(plan: PeriodicTask) -> dict[str, str]:
    moment, zone = plan.clocked.clocked_time, zone_of(plan)
    try:
        at = timezone.localtime(moment, zone)
    except OverflowError:  # a year that is none there
        at, zone = moment, UTC
    detail = "seconds" if at.second else "minutes"
    text = at.replace(tzinfo=None).isoformat(timespec=detail)
    return {"at": text, "timezone": str(zone)}


def zones() -> list[str]:
    """Return the names of all time zones."""
    return sorted(available_timezones())


def _cron(name: str, label: str, hint: str) -> Field:
    limits: dict[str, Any] = {"maxlength": 60, "autocomplete": "off"}
    return Field(name=name, kind="text", label=label, hint=hint, limits=limits)


def _choice(name: str, label: str, options: list[tuple[str, str]]) -> Field:
    return Field(
        name=name, kind="select", label=label, options=options, is_required=True
    )
