"""Notices that the beat fell silent, so that schedules submit nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tasks_app.conf import setting
from tasks_app.models import Beat
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.wire import iso

from .incidents import note_good, raise_incident

KEY: Final = "beat"
LEAST: Final = 1.25  # periods: a beat may be a little late


def watch_beat(*, watched_seconds: float) -> None:
    """Open or end the incident of a silent beat; without any beat ever there is none.

    `watched_seconds` is how long the caller has been there: who has just started waits
    first for a beat that may have started with it.
    """
    newest = Beat.objects.order_by("-seen_at").first()
    if newest is None:
        return
    silence = silence_seconds()
    heard = DatabaseNow() - timedelta(seconds=silence)
    if Beat.objects.filter(seen_at__gt=heard).exists():
        note_good(KEY, facts={"Beat": newest.name, "Seen again": iso(newest.seen_at)})
    elif watched_seconds >= silence:
        facts = {
            "Beat": newest.name,
            "Last seen": iso(newest.seen_at),
            "Meaning": "Schedules submit nothing until a beat runs again.",
        }
        raise_incident(key=KEY, title="The beat is silent", facts=facts)


def silence_seconds() -> float:
    """Return how long a beat may be silent: noticed at the next turn of the keeper, it
    is less than two of its periods.
    """
    period, sweep = setting("HEARTBEAT_SECONDS"), setting("SWEEP_SECONDS")
    silence: float = max(LEAST * period, 2 * period - 2 * sweep)
    return silence
