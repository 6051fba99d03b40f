"""What the pages ask of `operations.schedules`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.utils.dateparse import parse_datetime

from tasks_app.admin.new_form import merged
from tasks_app.admin.steering import origin
from tasks_app.errors import InvalidInputError
from tasks_app.operations import schedules

from .rules import CRON

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.http import HttpRequest
    from django_celery_beat.models import PeriodicTask

    from tasks_app.models import Schedule
    from tasks_app.operations.schedules import Fields

    from .form import Form

MOST_DIGITS: Final = 9


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
    return schedules.preview(_rule(form), of=form.schedule and form.schedule.plan)


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
    return cast("Fields", found | cast("dict[str, Any]", _rule(form)))


def _rule(form: Form) -> Fields:
    """Return what is typed of the rule; nothing of one that no form could hold."""
    texts = form.texts
    if texts["kind"] == "other":
        return {}
    found: dict[str, Any] = {"kind": texts["kind"]}
    if texts["kind"] == "interval":
        found |= {"every": _number(texts["every"]), "period": texts["period"]}
    else:
        found["timezone"] = texts["timezone"]
    if texts["kind"] == "cron":
        found |= {name: texts[name] for name in CRON}
    if texts["kind"] == "clocked" and not form.has_same_moment:
        found["at"] = _moment(texts["at"])
    return cast("Fields", found)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:  # such as the 30th of February
        return None


def _number(text: str) -> int | None:
    is_one = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_one else None
