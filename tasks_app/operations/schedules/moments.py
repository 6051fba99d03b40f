"""A date and a time as people type them, and the moment that is in a time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tasks_app.errors import InvalidInputError

from .cron import NO_ZONE, is_known

NO_MOMENT: Final = "Say when: a date and a time, such as 2026-12-24 18:00."
LEFT_OUT: Final = (
    "The clocks of {} are put forward then, so there is no such time. Choose another."
)


def placed(at: datetime, *, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `at`; of two the first.

    Raises InvalidInputError for a zone or a time that does not exist.
    """
    if not is_known(zone):
        raise InvalidInputError({"timezone": [NO_ZONE.format(zone)]})
    here = at.replace(tzinfo=ZoneInfo(zone))
    try:
        moment = here.astimezone(UTC)
        shown = moment.astimezone(here.tzinfo).replace(tzinfo=None)
    except OverflowError:  # it is outside of all years somewhere
        raise InvalidInputError({"at": [NO_MOMENT]}) from None
    if shown != at:
        raise InvalidInputError({"at": [LEFT_OUT.format(zone)]})
    return moment
