"""Carries messages to their channels, in threads, until they arrive or are given up.

A row is taken by moving its next try on, so of two couriers one sends. Who dies between
sending and noting it sends again later: the message has the same id then.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import F

from tasks_app.conf import setting
from tasks_app.models import AlertChannel, Delivery
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.delivery import DeliveryStatus

from .sending import SendError, send

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

MOST: Final = 8  # channels that are told at a time
TAKEN: Final = 4  # times the longest sending: after that the sender must be dead
UNMADE: Final = "The message could not be made. The log of the keeper says why."
LOST: Final = "The keeper ended each time while it sent this."


class Courier:
    """Has a thread for each channel with messages, so that none waits for another."""

    def __init__(self) -> None:
        self._threads: dict[int, threading.Thread] = {}

    def look(self) -> None:
        """Begin to send what is due and nobody of us sends yet."""
        threads = self._threads
        self._threads = {key: each for key, each in threads.items() if each.is_alive()}
        for channel in _due_channels():
            if channel not in self._threads and len(self._threads) < MOST:
                thread = threading.Thread(target=_run, args=[channel], daemon=True)
                self._threads[channel] = thread
                thread.start()


def _due_channels() -> list[int]:
    """Return the channels that may have a message to be sent.

    Each is asked for one: going through all that wait would keep the keeper busy when a
    receiver is away for long.
    """
    waiting = Delivery.objects.waiting()
    channels = AlertChannel.objects.values_list("pk", flat=True)
    return [pk for pk in list(channels) if waiting.filter(channel=pk).exists()]


def deliver_due(*, channel: int) -> int:
    """Send what is due to this channel, and return how many messages were tried."""
    tried = 0
    while (delivery := take(channel=channel)) is not None:
        tried += 1
        _try(delivery)
    return tried


def take(*, channel: int) -> Delivery | None:
    """Take the oldest message that is due away from all others; None without one."""
    due = Delivery.objects.due().filter(channel=channel)
    while (delivery := due.first()) is not None:  # of how many there may be
        again = timedelta(seconds=TAKEN * setting("ALERT_SEND_SECONDS"))
        same = Delivery.objects.filter(
            pk=delivery.pk,
            status=DeliveryStatus.WAITING,
            next_at=delivery.next_at,
            attempts=delivery.attempts,
        )
        if delivery.attempts > len(setting("ALERT_RETRY_SECONDS")):
            same.update(status=DeliveryStatus.GIVEN_UP, error=LOST)
        elif same.update(
            attempts=F("attempts") + 1,
            tried_at=DatabaseNow(),
            next_at=DatabaseNow() + again,
        ):
            return Delivery.objects.select_related("channel", "incident").get(
                pk=delivery.pk
            )
    return None


def send_again(pk: UUID) -> bool:
    """Begin anew with a message that was given up; False when it was not."""
    given_up = Delivery.objects.filter(pk=pk, status=DeliveryStatus.GIVEN_UP)
    begin = {"status": DeliveryStatus.WAITING, "attempts": 0, "next_at": DatabaseNow()}
    return bool(given_up.update(**begin))


def _run(channel: int) -> None:
    try:
        deliver_due(channel=channel)
    except DatabaseError as error:
        logger.warning("Alerts could not be sent: %s", error)
    finally:
        connection.close()


def _try(delivery: Delivery) -> None:
    try:
        code = _sent(delivery)
    except SendError as error:
        _note(delivery, **_next(delivery, error))
        logger.warning("Alert delivery %s: %s", delivery.pk, error)
    else:
        done = {"status": DeliveryStatus.DELIVERED, "code": code, "error": ""}
        _note(delivery, **done, delivered_at=DatabaseNow())
        logger.info("Alert delivery %s arrived.", delivery.pk)


def _sent(delivery: Delivery) -> int | None:
    """Send it; whatever goes wrong is a SendError, and holds no other message up."""
    try:
        return send(delivery)
    except (SendError, DatabaseError):
        raise
    except Exception as error:
        logger.exception("Alert delivery %s could not be made.", delivery.pk)
        raise SendError(UNMADE) from error


def _next(delivery: Delivery, error: SendError) -> dict[str, Any]:
    """Return what becomes of a message that could not be sent."""
    pauses = setting("ALERT_RETRY_SECONDS")
    told = {"error": str(error)[:300], "code": error.code}
    if error.is_final or delivery.attempts > len(pauses):
        return {**told, "status": DeliveryStatus.GIVEN_UP}
    pause = timedelta(seconds=pauses[delivery.attempts - 1])
    return {**told, "next_at": DatabaseNow() + pause}


def _note(delivery: Delivery, **columns: Any) -> None:
    """Write down how the try ended, unless it took so long that it is another's now."""
    Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, status=DeliveryStatus.WAITING
    ).update(**columns)
