"""Opens incidents and ends them.

That a key has one open incident is held by the database: of two who notice the same at
once, one opens it and tells people, and the other finds it open.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When

from tasks_app.models import AlertRule, Incident
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.delivery import Occasion

from .telling import announce

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

LONGEST: Final = 200  # characters of a title


def raise_incident(
    *,
    key: str,
    title: str,
    facts: Mapping[str, Any] | None = None,
    rule: AlertRule | None = None,
) -> bool:
    """Open an incident, or note that it still is one; True when this opened it.

    `facts` are shown name by name, so both parts are words for people.
    """
    if _seen_again(key, facts):
        return False
    try:
        with transaction.atomic():
            if rule is not None and _is_off(rule):
                return False  # since it was looked at
            incident = Incident.objects.create(
                key=key,
                title=" ".join(title.split())[:LONGEST],
                facts=dict(facts or {}),
                rule=rule,
            )
            incident.refresh_from_db()
            announce(incident, Occasion.OPENED)
    except IntegrityError:  # somebody else noticed it at the same moment
        return False
    logger.warning("Incident %s is open: %s", incident.pk, incident.title)
    return True


def resolve_incident(*, key: str, facts: Mapping[str, Any] | None = None) -> bool:
    """End the open incident of this key at once; False when there is none."""
    incident = Incident.objects.open().filter(key=key).first()
    return incident is not None and _end(incident, facts=facts)


def note_good(key: str, *, facts: Mapping[str, Any] | None = None) -> None:
    """Note that nothing is wrong now; the incident ends when it stays so."""
    found = Incident.objects.open().filter(key=key, good_since=None)
    if found.exists():  # reading costs less than an update of nothing
        found.update(good_since=DatabaseNow(), **_told(facts))


def end_quiet(*, for_seconds: float) -> None:
    """End the incidents of which nothing bad was seen for so long."""
    for incident in Incident.objects.quiet(for_seconds=for_seconds):
        _end(incident, facts=None)


def _is_off(rule: AlertRule) -> bool:
    on = AlertRule.objects.select_for_update().filter(pk=rule.pk, enabled=True)
    return on.first() is None


def _seen_again(key: str, facts: Mapping[str, Any] | None) -> bool:
    was_well = Case(When(good_since__isnull=False, then=1), default=0)
    count = F("count") + was_well  # not how often somebody looked
    seen = {"seen_at": DatabaseNow(), "good_since": None, "count": count}
    found = Incident.objects.open().filter(key=key)
    return found.exists() and bool(found.update(**seen, **_told(facts)))


def _end(incident: Incident, *, facts: Mapping[str, Any] | None) -> bool:
    """End it, unless somebody did, or saw it again since it was read."""
    same = Incident.objects.open().filter(
        pk=incident.pk, good_since=incident.good_since
    )
    with transaction.atomic():
        if not same.update(recovered_at=DatabaseNow(), **_told(facts)):
            return False
        incident.refresh_from_db()
        announce(incident, Occasion.RECOVERED)
    logger.info("Incident %s is over: %s", incident.pk, incident.title)
    return True


def _told(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if facts is None else {"facts": dict(facts)}
