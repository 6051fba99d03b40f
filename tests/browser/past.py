"""A week of work for the pictures, made through lifecycle: `-m tests.browser.past`.

Runs beside the embedded site whose DATA_DIR it is given. SQLite's clock is set for this
connection alone, so that what happens here happened then.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.db import connection, transaction

NOW = datetime.now(tz=UTC)
CHUNK = 15  # tasks in one transaction: worker and keeper write, too
BUSY = timedelta(hours=4, minutes=10)  # the part that is shown minute by minute
CHANCE = random.Random(7)

FILES = ("customers", "inventory", "bank-statement", "price-list", "returns", "leads")
TIMEOUT = ("timeout", "The order system did not answer within 30 s.")
UNKNOWN = ("unknown_supplier", "The supplier “Nordwind” is not known here.")
CUT_OFF = ("damaged_file", "The workbook is damaged: it ends in the middle.")
TRACE = """Traceback (most recent call last):
  File "/srv/orders/client.py", line 88, in send
    answer = session.post(address, json=order, timeout=30)
  File "/srv/orders/session.py", line 41, in post
    raise TimedOut(address)
orders.session.TimedOut: POST /orders took longer than 30 s"""


class Clock:
    """Stands still until it is set; what SQLite asks for the time."""

    def __init__(self) -> None:
        self.at = NOW

    def strftime(self, _form: str, _now: str, later: str = "+0 seconds") -> str:
        """Answer as the database would; the forms that are asked are all alike."""
        moment = self.at + timedelta(seconds=float(later.split()[0]))
        return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}001"

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


CLOCK = Clock()


def moments() -> list[datetime]:
    """When the tasks of the week came: more by day, most of all lately."""
    found = []
    for hours in range(7 * 24, 4, -1):
        hour = NOW - timedelta(hours=hours)
        most = 8 if 7 <= hour.hour < 19 and hour.weekday() < 5 else 3
        number = CHANCE.randint(most // 2, most)
        seconds = (CHANCE.uniform(0, 3600) for _ in range(number))
        found += [hour + timedelta(seconds=each) for each in seconds]
    at = NOW - BUSY
    while at < NOW - timedelta(minutes=2):
        found.append(at)
        at += timedelta(seconds=CHANCE.expovariate(1 / (9 if is_rush(at) else 14)))
    return sorted(found)


def is_rush(at: datetime) -> bool:
    """Whether it is the half hour in which much came at once."""
    return timedelta(minutes=48) < NOW - at < timedelta(minutes=78)


def is_trouble(at: datetime) -> bool:
    """Whether the order system hung just then."""
    return timedelta(minutes=30) < NOW - at < timedelta(minutes=46)


def live_through(at: datetime) -> None:
    """Let one task of the past happen."""
    from tasks_app import lifecycle

    CLOCK.at = at
    is_order = CHANCE.random() < (0.5 if is_trouble(at) else 0.3)
    task = order(f"PO-{CHANCE.randint(41000, 48999)}.pdf") if is_order else file(at)
    wait = CHANCE.lognormvariate(0.3, 0.3) * (6 if is_rush(at) else 1)
    CLOCK.forward(wait)
    task = claim(task)
    CLOCK.forward(CHANCE.lognormvariate(3.9 if is_order else 2.8, 0.45))
    luck = CHANCE.random()
    if is_order and luck < (0.7 if is_trouble(at) else 0.02):
        fail(task, *(TIMEOUT if luck < 0.5 else UNKNOWN), detail=TRACE)
    elif luck < 0.012:
        fail(task, *CUT_OFF)
    else:
        lifecycle.complete(
            task, result={"rows": CHANCE.randint(40, 9000)}, progress=(9, 9, "Done.")
        )


def file(at: datetime) -> Any:
    return make("files.process", f"{CHANCE.choice(FILES)}-{at:%m-%d}.csv")


def order(name: str, **fields: Any) -> Any:
    return make("orders.process", name, external=True, **fields)


def make(operation: str, title: str, *, owner: str = "", **fields: Any) -> Any:
    from django.contrib.auth.models import User

    from tasks_app import lifecycle
    from tasks_app.events import Origin, Source

    name = owner or CHANCE.choice(("alice", "alice", "bob", "staff"))
    return lifecycle.create(
        operation=operation,
        title=title,
        owner=User.objects.get(username=name),
        max_attempts=3,
        origin=Origin(actor=name, source=Source.API),
        **fields,
    )


def claim(task: Any, **fields: Any) -> Any:
    from tasks_app import lifecycle

    worker = "orders-1" if task.external else "worker-2"
    claimed = lifecycle.claim(task.pk, worker=worker, external=task.external, **fields)
    assert claimed is not None
    return claimed


def fail(task: Any, code: str, message: str, *, detail: str = "") -> None:
    from tasks_app import lifecycle

    lifecycle.fail(task, code=code, message=message, detail=detail)


def twice_failed() -> None:
    """An order that was tried two times in vain."""
    from tasks_app import lifecycle

    CLOCK.at = NOW - timedelta(minutes=6)
    task = order("purchase-order-48201.pdf", owner="bob", params={"reference": "48201"})
    CLOCK.forward(3)
    task = claim(task)
    CLOCK.forward(4)
    task = lifecycle.step(task, key="read", message="Read 14 positions.", data={})
    CLOCK.forward(33)
    code, message = TIMEOUT
    lifecycle.release(task, delay=10, code=code, message=message, detail=TRACE)
    CLOCK.forward(12)
    task = claim(task)
    CLOCK.forward(5)
    lifecycle.progress(task, current=9, total=14, message="Sent 9 of 14 positions")
    CLOCK.forward(41)
    fail(task, *UNKNOWN, detail=TRACE)


def the_present() -> None:
    """What runs and what waits, so that every status is on the list."""
    from tasks_app import lifecycle
    from tasks_app.events import Origin, Source
    from tasks_app.models import Task

    sampled = Task.objects.latest("created_at").created_at
    twice_failed()
    CLOCK.at = sampled + timedelta(seconds=1)
    refused = order("purchase-order-48230.pdf", owner="alice")
    CLOCK.forward(1)
    refused = claim(refused)
    CLOCK.forward(6)
    fail(refused, *UNKNOWN, detail=TRACE)
    paused = make("files.process", "customers-archive-2019-2025.csv", owner="staff")
    lifecycle.pause(paused, origin=Origin(actor="staff", source=Source.ADMIN))
    later = NOW + timedelta(hours=5)
    make("files.process", "closing-of-november.xlsx", owner="bob", not_before=later)
    CLOCK.forward(2)
    long = "Bestellung Großhandel Süd, zweite Lieferung, geänderte Mengen (Kopie).xlsx"
    order(long, owner="alice", params={"reference": "K-7"})
    CLOCK.forward(3)
    waiting = order("purchase-order-48233.pdf")
    CLOCK.forward(2)
    running = claim(waiting, lease_seconds=3600)
    CLOCK.forward(9)
    lifecycle.progress(running, current=31, total=50, message="Sent 31 of 50 positions")


def main() -> None:
    """Make the week, then the present."""
    connection.ensure_connection()
    connection.connection.create_function("strftime", -1, CLOCK.strftime)
    due = moments()
    for first in range(0, len(due), CHUNK):
        with transaction.atomic():
            for at in due[first : first + CHUNK]:
                live_through(at)
    with transaction.atomic():
        the_present()
    sys.stdout.write(f"{len(due)} tasks of the past\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
