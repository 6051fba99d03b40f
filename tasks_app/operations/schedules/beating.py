"""What a beat does at each tick: look at the schedules, and say that it is there."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import Final

from django.utils import timezone

from tasks_app.conf import setting
from tasks_app.models import Beat, ScheduleRun
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.schedule import Outcome

from .forgetting import forget_runs
from .turn import turn

FORGETTING_SECONDS: Final = 3_600.0


class Beating:
    """One for each process; its row is written every `HEARTBEAT_SECONDS`.

    A beat that stops leaves its row, so that it is missed. Another that lives takes the
    rows of silent ones away: while one does the work, nobody is missed.
    """

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._shown_at = self._forgot_at = -float("inf")

    def tick(self) -> float:
        """Return the seconds until it should tick again."""
        seconds = turn()
        now, period = time.monotonic(), setting("HEARTBEAT_SECONDS")
        if now - self._shown_at >= period:
            self._show(is_new=self._shown_at < 0)
            self._shown_at = now
        if now - self._forgot_at >= FORGETTING_SECONDS:
            forget_runs(timezone.now())
            self._forgot_at = now
        return float(min(seconds, self._shown_at + period - now))

    def _show(self, *, is_new: bool) -> None:
        facts = {"seen_at": DatabaseNow(), "lag_seconds": _lag()}
        if is_new:
            facts["started_at"] = DatabaseNow()
        Beat.objects.update_or_create(name=self.name, defaults=facts)
        silent = DatabaseNow() - timedelta(seconds=2 * setting("HEARTBEAT_SECONDS"))
        Beat.objects.filter(seen_at__lte=silent).exclude(name=self.name).delete()


def _lag() -> float:
    """Return how late the last task of a slot was submitted, in seconds."""
    submitted = ScheduleRun.objects.filter(outcome=Outcome.SUBMITTED, is_manual=False)
    run = submitted.only("slot", "noted_at").order_by("-pk").first()
    return (run.noted_at - run.slot).total_seconds() if run else 0.0
