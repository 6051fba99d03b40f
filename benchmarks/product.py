"""The product under load: a real task, its row written for every update."""

from __future__ import annotations

import json
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from tasks_app import lifecycle  # noqa: E402
from tasks_app.events import Origin  # noqa: E402

_held: list[Any] = []


def prepare() -> None:
    """Make the database, a user and a task in progress."""
    call_command("migrate", verbosity=0)
    owner = User.objects.create_superuser("bench", password="bench")
    task = lifecycle.create(
        operation="workshop.slow", title="Bench", owner=owner, origin=Origin()
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


def tell(stamp: str) -> None:
    """Write a progress, as a worker does."""
    _held[0] = lifecycle.progress(_held[0], current=1, total=2, message=stamp)
