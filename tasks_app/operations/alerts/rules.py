"""Looks whether what a rule is about has reached its threshold.

Failures are those that the keeper counted by the minute, so that tasks which were
retried or deleted since still count, and looking costs the same in a storm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import InterfaceError, OperationalError
from django.db.models import Sum
from django.utils import timezone

from tasks_app.models import FailedTask, Incident, Statistics, Task
from tasks_app.models.alert import AlertRule, RuleKind
from tasks_app.models.load import oldest_waiting
from tasks_app.models.statistics import MINUTE, span_of

from .incidents import note_good, raise_incident, resolve_incident
from .lateness import late

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

COUNTED: Final = ("completed", "completed_with_errors", "failed")
MOST_OFTEN: Final = "Most often"  # the text of an error
MOST_NAMED: Final = 5  # operations or schedules in the facts


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether something is wrong, and what is to be said of it."""

    is_bad: bool
    facts: dict[str, str] = field(default_factory=dict)


def watch_rules() -> None:
    """Open and end the incidents of all rules."""
    rules = list(AlertRule.objects.filter(enabled=True))
    for rule in rules:
        try:
            _watch(rule)
        except (InterfaceError, OperationalError):
            raise  # the database is away for all of them
        except Exception:  # one rule stops neither the others nor the keeper
            logger.exception("The rule “%s” could not be looked at.", rule.name)
    _end_of_others(rules)


def _watch(rule: AlertRule) -> None:
    finding = LOOKS[RuleKind(rule.kind)](rule)
    facts = {"Rule": rule.in_words, **finding.facts}
    if finding.is_bad:
        raise_incident(key=rule.key, title=rule.name, facts=facts, rule=rule)
    else:
        note_good(rule.key, facts=facts)


def _end_of_others(rules: Iterable[AlertRule]) -> None:
    """End incidents of rules that are off or gone, since nobody looks any more."""
    kept = [rule.key for rule in rules]
    ours = Incident.objects.open().filter(key__startswith="rule:").exclude(key__in=kept)
    for key in list(ours.values_list("key", flat=True)):
        why = "Its rule was turned off or deleted."
        resolve_incident(key=key, facts={"Meaning": why})


def _failures(rule: AlertRule) -> Finding:
    since = _since(rule)
    sums = _sums(rule, since)
    failed = sum(each["failed"] for each in sums)
    facts = {"Failed": f"{failed:,} within {rule.window} min"}
    return Finding(failed >= rule.threshold, facts | _most(rule, since, sums))


def _failure_rate(rule: AlertRule) -> Finding:
    since = _since(rule)
    sums = _sums(rule, since)
    failed = sum(each["failed"] for each in sums)
    finished = sum(each[name] for each in sums for name in COUNTED)
    facts = {"Failed": f"{failed:,} of {finished:,} within {rule.window} min"}
    is_bad = finished >= rule.minimum and failed * 100 >= rule.threshold * finished
    return Finding(is_bad, facts | _most(rule, since, sums))


def _oldest(rule: AlertRule) -> Finding:
    oldest = oldest_waiting(Task.objects.all(), operation=rule.operation)
    if oldest is None:
        return Finding(False, {"Waiting": "nothing that could begin"})  # noqa: FBT003
    waits = timezone.now() - oldest
    facts = {"Waiting": f"the oldest for {waits // timedelta(minutes=1):,} min"}
    return Finding(waits > timedelta(minutes=rule.threshold), facts)


def _lateness(rule: AlertRule) -> Finding:
    found = late(
        by=timedelta(minutes=rule.threshold),
        within=timedelta(minutes=rule.window),
        operation=rule.operation,
    )
    named = "; ".join(found[:MOST_NAMED])
    return Finding(bool(found), {"Late": named or "no schedule"})


LOOKS: Final[dict[RuleKind, Callable[[AlertRule], Finding]]] = {
    RuleKind.FAILURE: _failures,
    RuleKind.FAILURE_RATE: _failure_rate,
    RuleKind.OLDEST_WAITING: _oldest,
    RuleKind.LATENESS: _lateness,
}


def _since(rule: AlertRule) -> datetime:
    return span_of(timezone.now() - timedelta(minutes=rule.window), MINUTE)


def _sums(rule: AlertRule, since: datetime) -> list[dict[str, Any]]:
    """Return what each operation ended since then, those that failed most first."""
    rows = Statistics.objects.filter(grain=MINUTE, at__gte=since)
    if rule.operation:
        rows = rows.filter(operation=rule.operation)
    sums: Any = rows.values("operation")
    sums = sums.annotate(**{name: Sum(name) for name in COUNTED})
    return sorted(sums, key=lambda each: (-each["failed"], each["operation"]))


def _most(
    rule: AlertRule, since: datetime, sums: list[dict[str, Any]]
) -> dict[str, str]:
    """Return which operations failed, and the error that was seen most."""
    failed = [each for each in sums if each["failed"]][:MOST_NAMED]
    if not failed:
        return {}
    named = ", ".join(f"{each['operation']} ({each['failed']:,})" for each in failed)
    groups = FailedTask.objects.grouped(since=since, operation=rule.operation, most=1)
    error = {MOST_OFTEN: f"{groups[0].text} ({groups[0].count:,})"} if groups else {}
    return {"Operations": named} | error
