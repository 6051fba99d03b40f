"""What people do with schedules; each is told to the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tasks_app import audit
from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.models.schedule import Outcome

from .dealing import turn_off as let_none_count
from .drafts import KINDS, TAKEN, Fields, draft, usable
from .rules import fingerprint
from .wanted import asked, submit_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.events import Origin

GONE: Final = "The schedule was deleted meanwhile."
POLICIES: Final = ("missed", "overlap")


def create(fields: Fields, *, user: User, origin: Origin) -> Schedule:
    """Make a schedule, whose slots count from now on; raises InvalidInputError."""
    with transaction.atomic():
        plan = _saved(draft(fields, user=user))
        schedule = Schedule.objects.create(plan=plan, **_policies(fields))
        _begin(schedule)
    _told("create_schedule", schedule, user=user, origin=origin)
    return schedule


def change(
    schedule: Schedule, fields: Fields, *, user: User, origin: Origin
) -> Schedule:
    """Change what `fields` names; raises InvalidInputError.

    Another rule counts from now on. What passed under the old one does not count.
    """
    with transaction.atomic():
        locked = _locked(schedule)
        plan = draft(fields, user=user, of=locked.plan)  # as it is by now
        schedule.rule, schedule.handled_until = locked.rule, locked.handled_until
        schedule.plan = _saved(plan)
        for name, value in _policies(fields).items():
            setattr(schedule, name, value)
        schedule.save(update_fields=list(_policies(fields)))
        is_other = schedule.rule != fingerprint(plan) or schedule.handled_until is None
        if not plan.enabled:
            let_none_count(schedule)
        elif is_other:
            _begin(schedule)
    _told("change_schedule", schedule, user=user, origin=origin, fields=sorted(fields))
    return schedule


def remove(schedule: Schedule, *, user: User, origin: Origin) -> None:
    """Delete the schedule and what it knows of its slots; its tasks stay."""
    with transaction.atomic():
        Schedule.objects.select_for_update().filter(pk=schedule.pk).first()
        schedule.plan.delete()
    _told("remove_schedule", schedule, user=user, origin=origin)


def turn_on(schedule: Schedule, *, user: User, origin: Origin) -> Schedule:
    """Let slots count from now on; what passed while it was off was not missed.

    Raises InvalidInputError when the rule or the operation is not to be had.
    """
    with transaction.atomic():
        locked = _locked(schedule)
        plan = draft({"is_on": True}, user=user, of=locked.plan)
        schedule.plan = _saved(plan)
        if locked.handled_until is None:
            _begin(schedule)
    _told("turn_on_schedule", schedule, user=user, origin=origin)
    return schedule


def turn_off(schedule: Schedule, *, user: User, origin: Origin) -> Schedule:
    """Let no slot count any more; tasks that were submitted go on."""
    with transaction.atomic():
        Schedule.objects.select_for_update().filter(pk=schedule.pk).first()
        let_none_count(schedule)
    schedule.plan.enabled, schedule.handled_until = False, None
    _told("turn_off_schedule", schedule, user=user, origin=origin)
    return schedule


def run_now(
    schedule: Schedule, *, user: User, origin: Origin, key: str | None = None
) -> Task:
    """Submit what the schedule asks for, as a task of `user`, whatever is due.

    The same `key` answers the task it made before. Raises InvalidInputError, also when
    `user` may not submit the operation.
    """
    usable(asked(schedule.plan)["operation"], user=user)
    with transaction.atomic():
        _locked(schedule)
        if earlier := run_before(schedule, user=user, key=key):
            return earlier
        whole = _key(schedule, key)
        task = submit_for(schedule.plan, owner=user, origin=origin, key=whole)
        now = timezone.now()
        ScheduleRun.objects.create(
            schedule=schedule,
            slot=now,
            noted_at=now,
            is_manual=True,
            outcome=Outcome.SUBMITTED,
            task=task,
            message=f"By {user.get_username()}.",
        )
    _told("run_schedule", schedule, user=user, origin=origin, task=task.pk)
    return task


def run_before(schedule: Schedule, *, user: User, key: str | None) -> Task | None:
    """Return the task that `user` got by `key` before, if there is one."""
    whole = _key(schedule, key)
    if whole is None:
        return None
    return Task.objects.filter(owner=user, idempotency_key=whole).first()


def _key(schedule: Schedule, key: str | None) -> str | None:
    return f"run of schedule {schedule.pk} {key}" if key else None


def _locked(schedule: Schedule) -> Schedule:
    """Hold it still; raises InvalidInputError when it was deleted meanwhile."""
    locked = Schedule.objects.select_for_update().filter(pk=schedule.pk).first()
    if locked is None:
        raise InvalidInputError({"name": [GONE]})
    return locked


def _saved(plan: PeriodicTask) -> PeriodicTask:
    """Save the plan; rules that are alike share one row, as the library has it."""
    for name in KINDS.values():
        rule = getattr(plan, name)
        if rule is not None and rule.pk is None:
            alike = model_to_dict(rule, exclude=["id"])
            known = type(rule).objects.filter(**alike).first()
            if known is None:
                rule.save()
            setattr(plan, name, known or rule)
    try:
        with transaction.atomic():
            plan.save()
    except (IntegrityError, ValidationError):
        if PeriodicTask.objects.filter(name=plan.name).exclude(pk=plan.pk).exists():
            # It came since the draft was checked.
            raise InvalidInputError({"name": [TAKEN.format(plan.name)]}) from None
        raise
    return plan


def _begin(schedule: Schedule) -> None:
    on = schedule.plan.enabled
    schedule.handled_until = timezone.now() if on else None
    schedule.rule = fingerprint(schedule.plan)
    schedule.save(update_fields=["handled_until", "rule"])


def _policies(fields: Fields) -> dict[str, Any]:
    found = {name: value for name, value in fields.items() if name in POLICIES}
    if "kind" in fields:
        is_once = fields["kind"] == "clocked"
        found["zone"] = fields.get("timezone", "") if is_once else ""
    return found


def _told(
    action: str, schedule: Schedule, *, user: User, origin: Origin, **what: Any
) -> None:
    audit.record(
        action,
        who=user.get_username(),
        outcome="done",
        schedule=schedule.plan.name,
        source=origin.source,
        **what,
    )
