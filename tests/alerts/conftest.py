"""Rules, channels and what they are told, with times short enough to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from tasks_app import lifecycle
from tasks_app.models import AlertChannel, AlertRule, Task
from tasks_app.operations.alerts.sealing import seal
from tasks_app.operations.alerts.signing import new_secret
from tasks_app.operations.statistics import catch_up

from .receiver import Receiver

Make = Callable[..., Any]


@pytest.fixture
def alert_settings(settings: Any) -> Callable[..., None]:
    """Return a function that changes settings of the engine."""

    def change(**given: Any) -> None:
        settings.SIGHTLINE = {**settings.SIGHTLINE, **given}

    change(
        ALERT_SECONDS=0,
        ALERT_QUIET_SECONDS=0,
        ALERT_SEND_SECONDS=1,
        ALERT_RETRY_SECONDS=[0, 0],
        ALERT_PRIVATE_HOSTS=["127.0.0.1", "localhost"],
        SITE_URL="https://tasks.example.com/",
    )
    return change


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def hook(db: None, alert_settings: Any) -> Make:
    """Return a function that makes a channel to a URL."""

    def made(url: str, name: str = "hook", **fields: Any) -> AlertChannel:
        fields = {"secret": seal(new_secret()), **fields}
        return AlertChannel.objects.create(
            name=name, kind="webhook", address=url, **fields
        )

    return made


@pytest.fixture
def rule(db: None, alert_settings: Any) -> Make:
    """Return a function that makes a rule, on and with these channels."""

    def made(*channels: AlertChannel, kind: str = "failure", **fields: Any):
        row = AlertRule.objects.create(
            **{"name": f"Watch {kind}", "kind": kind, **fields}
        )
        row.channels.set(channels)
        return row

    return made


@pytest.fixture
def fail_tasks(make_claimed: Callable[..., Task]) -> Make:
    """Return a function that lets so many tasks fail, and counts them."""

    def failed(number: int = 1, **fields: Any) -> None:
        with transaction.atomic():
            for _ in range(number):
                task = make_claimed(**fields)
                lifecycle.fail(task, code="broken", message="It broke.")
        catch_up(seconds=60)

    return failed


@pytest.fixture
def complete_tasks(make_claimed: Callable[..., Task]) -> Make:
    """Return a function that lets so many tasks complete, and counts them."""

    def completed(number: int = 1, **fields: Any) -> None:
        for _ in range(number):
            lifecycle.complete(make_claimed(**fields), result=None)
        catch_up(seconds=60)

    return completed
