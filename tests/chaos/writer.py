"""Changes tasks through lifecycle, in a process of its own, as fast as it can.

`python -m tests.chaos.writer CHANGES THREADS SEED` prints how many it made. What an
attempt may not do at the moment is tried again with another task.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from django.contrib.auth.models import User
from django.db import connection

from tasks_app import broadcast, lifecycle
from tasks_app.errors import TaskError
from tasks_app.events import Origin
from tasks_app.models import Task

ORIGIN = Origin(actor="chaos")
WORDS = ("sunny", "rainy")  # what some watchers search for
OPERATIONS = ("workshop.echo", "workshop.slow")


def make(owner: User, number: int) -> Task:
    """Create a task of `owner`."""
    return lifecycle.create(
        operation=OPERATIONS[number % 2],
        title=f"Task {number}",
        owner=owner,
        max_attempts=3,
        origin=ORIGIN,
    )


class Writer:
    """Takes the part of the worker, of people and of the pruner."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.held: dict[Any, Task] = {}  # the attempts this writer runs

    def change(self) -> bool:
        """Try one change; return whether it was made."""
        pk = self.chance.choice(list(Task.objects.values_list("pk", flat=True)))
        verb = self.chance.choices(
            [self._progress, self._claim, self._end, self._steer, self._replace],
            weights=[50, 15, 10, 20, 5],
        )[0]
        try:
            return verb(pk)
        except (TaskError, Task.DoesNotExist):
            self.held.pop(pk, None)
            return False

    def _claim(self, pk: Any) -> bool:
        task = lifecycle.claim(str(pk), worker="chaos")
        if task is not None:
            self.held[pk] = task
        return task is not None

    def _progress(self, _: Any) -> bool:
        if not self.held:
            return False
        pk = self.chance.choice(list(self.held))
        current, message = self.chance.randrange(100), self.chance.choice(WORDS)
        try:
            lifecycle.progress(
                self.held[pk], current=current, total=100, message=message
            )
        except TaskError:
            del self.held[pk]
            raise
        return True

    def _end(self, pk: Any) -> bool:
        task = self.held.pop(pk, None)
        if task is None:
            return False
        ways: list[Callable[[], Any]] = [
            lambda: lifecycle.complete(task, result={}),
            lambda: lifecycle.fail(task, code="x", message="No."),
            lambda: lifecycle.release(task, delay=0, code="x", message="Again."),
        ]
        self.chance.choice(ways)()
        return True

    def _steer(self, pk: Any) -> bool:
        task = Task.objects.get(pk=pk)
        verbs = [v for v in task.legal_actions if v not in {"delete", "keep"}]
        if not verbs:
            return False
        verb = self.chance.choice(verbs)
        more = {"attempts": 1} if verb == "retry" else {}
        getattr(lifecycle, verb)(task, origin=ORIGIN, **more)
        return True

    def _replace(self, pk: Any) -> bool:
        task = Task.objects.get(pk=pk)
        lifecycle.delete(task)
        make(task.owner or User.objects.get(), self.chance.randrange(1000))
        return True


def write(count: int, seed: int) -> int:
    """Make `count` changes and return how many were made."""
    writer, made = Writer(random.Random(seed)), 0
    while made < count:
        made += writer.change()
    connection.close()
    return made


def main(changes: int, threads: int, seed: int) -> None:
    """Make the changes with several threads at once."""
    parts = [changes // threads] * threads
    with ThreadPoolExecutor(threads) as pool:
        made = sum(pool.map(write, parts, range(seed, seed + threads)))
    broadcast.sender().flush(timeout=5)
    sys.stdout.write(f"{made}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
