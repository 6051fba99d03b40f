"""What a submission may say besides the parameters, as fields of the same form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tasks_app.errors import InvalidInputError
from tasks_app.operations import registry
from tasks_app.operations.schema import is_moment
from tasks_app.operations.submission import LONGEST_TITLE

from .kinds import moment_of
from .parameters import Field

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from tasks_app.operations.registry import Operation


def options_of(operation: Operation, typed: QueryDict | None = None) -> list[Field]:
    """Return the controls, with their defaults or with what was typed."""
    fields = [_title(operation), _priority(), _not_before(), _queue(operation)]
    for each in fields:
        each.prefix = ""
        if typed is not None and each.key in typed:
            each.type_in(typed)
    return fields


def asked_for(options: list[Field]) -> dict[str, Any]:
    """Return the arguments of `submit`; raises InvalidInputError for no number or time.

    What they may be is for `submit` to say.
    """
    texts = {each.name: each.value.strip() for each in options}
    errors: dict[str, list[str]] = {}
    found: dict[str, Any] = {"title": texts["title"], "queue": texts["queue"]}
    try:
        found["priority"] = int(texts["priority"] or 5)
    except ValueError:
        errors["priority"] = ["Must be a whole number from 0 to 9."]
    try:
        found["not_before"] = _moment(texts["not_before"])
    except (ValueError, OverflowError):
        errors["not_before"] = ["Must be a date and a time, such as 2026-03-04T05:06."]
    if errors:
        raise InvalidInputError(errors)
    return found


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    zoned = moment_of(text)
    if not is_moment(zoned):
        raise ValueError(zoned)
    return parse_datetime(zoned)


def _title(operation: Operation) -> Field:
    several = "Each task of several files is called like its file; the batch gets this."
    return Field(
        name="title",
        kind="text",
        label="Title",
        hint=several if operation.accepts else "",
        limits={"maxlength": LONGEST_TITLE},
    )


def _priority() -> Field:
    return Field(
        name="priority",
        kind="number",
        label="Priority",
        hint="From 0 (can wait) to 9 (most urgent).",
        value="5",
        limits={"min": 0, "max": 9, "step": 1},
    )


def _not_before() -> Field:
    zone = timezone.get_current_timezone_name()
    return Field(
        name="not_before",
        kind="datetime-local",
        label="Not before",
        hint=f"Empty: as soon as a worker is free. Time zone: {zone}.",
    )


def _queue(operation: Operation) -> Field:
    known = registry.queues(external=operation.is_external)
    return Field(
        name="queue",
        kind="select",
        label="Queue",
        options=[("", f"That of the operation ({operation.queue})")]
        + [(name, name) for name in known],
        is_required=True,  # the first choice is the empty one
    )
