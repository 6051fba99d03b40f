"""Notices schedules whose rule cannot be read, so that they submit nothing."""

from __future__ import annotations

from typing import Final

from tasks_app.operations.schedules import glances

from .incidents import note_good, raise_incident

KEY: Final = "schedules"
MOST_NAMED: Final = 5


def watch_schedules() -> None:
    """Open the incident of schedules that are on and cannot be read, or note its end.

    It is one for all of them: what breaks one rule, such as a time zone that is gone,
    may break many.
    """
    broken = [each for each in glances() if each.is_on and each.reading.complaint]
    if not broken:
        note_good(KEY, facts={"Schedules": "all can be read again, or are off"})
        return
    named = [f"“{each.name}”: {each.reading.complaint}" for each in broken]
    more = len(named) - MOST_NAMED
    rest = [f"and {more:,} more."] if more > 0 else []
    facts = {
        "Schedules": " ".join([*named[:MOST_NAMED], *rest]),
        "Meaning": "They submit nothing until their rules are mended.",
    }
    title = f"The schedule “{broken[0].name}” cannot be read"
    if len(broken) > 1:
        title = f"{len(broken):,} schedules cannot be read"
    raise_incident(key=KEY, title=title, facts=facts)
