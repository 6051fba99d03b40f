"""One look at everything, as often as the keeper comes by."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import Error as DatabaseError

from tasks_app.conf import setting
from tasks_app.models import Incident
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.delivery import Delivery, Occasion

from .beat import watch_beat
from .broken import watch_schedules
from .courier import Courier
from .incidents import end_quiet
from .rules import watch_rules
from .sealing import seal_anew

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

FORGET_SECONDS: Final = 3_600.0
PORTION: Final = 1_000  # rows that are forgotten at a time
SOON: Final = 10.0  # seconds to the next portion, where more are to be forgotten


class Watch:
    """Remembers since when it looks, and what it looked at last."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._next_rules = self._next_forgetting = self._began
        self._courier = Courier()

    def look(self) -> None:
        """Look at the beat; at rules and schedules if it is time; and send messages."""
        now = time.monotonic()
        watch_beat(watched_seconds=now - self._began)
        if now >= self._next_rules:
            self._next_rules = now + setting("ALERT_SECONDS")
            watch_rules()
            watch_schedules()
        end_quiet(for_seconds=setting("ALERT_QUIET_SECONDS"))
        if now >= self._next_forgetting:
            more = forget()
            self._next_forgetting = now + (SOON if more else FORGET_SECONDS)
            seal_anew()
        self._courier.look()


def forget() -> bool:
    """Delete what is over for so long that nobody asks any more; True: there is more.

    A portion each: the keeper has other things to do.
    """
    kept: timedelta = setting("ALERT_TIME_TO_LIVE")
    long_ago = DatabaseNow() - kept
    incidents = _delete(Incident.objects.filter(recovered_at__lte=long_ago))
    tests = Delivery.objects.filter(occasion=Occasion.TEST, created_at__lte=long_ago)
    return PORTION in {incidents, _delete(tests)}


def _delete(rows: QuerySet[Any]) -> int:
    some = list(rows.order_by("pk").values_list("pk", flat=True)[:PORTION])
    rows.filter(pk__in=some).delete()
    return len(some)


_lock = threading.Lock()
_watches: list[Watch] = []  # of this process, none or one


def watch() -> None:
    """Look once; what was looked at before is remembered in this process.

    Whatever goes wrong here, the keeper has tasks to rescue.
    """
    with _lock:
        if not _watches:
            _watches.append(Watch())
    try:
        _watches[0].look()
    except DatabaseError:
        raise  # the keeper waits for it
    except Exception:
        logger.exception("Alerts could not be looked at.")
