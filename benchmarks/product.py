"""The product under load: a real task, its row written for every update."""

from __future__ import annotations

import json
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from tasks_app import credentials, lifecycle  # noqa: E402
from tasks_app.events import Origin  # noqa: E402
from tasks_app.operations import runner  # noqa: E402

_held: list[Any] = []


def prepare(tasks: int = 1) -> None:
    """Make the database, a user and tasks in progress."""
    call_command("migrate", verbosity=0)
    owner = User.objects.create_superuser("bench", password="bench")
    for number in range(tasks):
        task = lifecycle.create(
            operation="workshop.slow",
            title=f"Bench {number}",
            owner=owner,
            origin=Origin(),
        )
        _held.append(lifecycle.claim(str(task.pk), worker="bench"))


def client_environment() -> dict[str, str]:
    """Return what the client needs to sign in and to subscribe."""
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    subscribe = {"action": "subscribe", "id": "all", "filter": {}}
    return {
        "COOKIE": f"sessionid={client.cookies['sessionid'].value}",
        "SUBSCRIBE": json.dumps(subscribe),
    }


def token() -> str:
    """Return an access token of the user."""
    return credentials.issue_tokens(User.objects.get(username="bench")).access


def delay() -> int:
    """Send a bare Celery task, as the peer of a submission."""
    runner.run.delay("00000000-0000-7000-8000-000000000000")
    return 1


def tell(stamp: str, number: int = 0) -> None:
    """Write a progress of one of the tasks, as its worker does."""
    held = _held[number]
    _held[number] = lifecycle.progress(held, current=1, total=2, message=stamp)


def every() -> list[Any]:
    """Return the tasks, held."""
    return _held


def first() -> Any:
    """Return the first task, held."""
    return _held[0]
