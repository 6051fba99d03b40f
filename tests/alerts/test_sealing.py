"""Secrets of webhooks are unreadable to who has only the database."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tasks_app.models import AlertChannel, Delivery
from tasks_app.operations.alerts import give_secret, raise_incident
from tasks_app.operations.alerts.courier import deliver_due
from tasks_app.operations.alerts.sealing import open_sealed, seal, seal_anew
from tasks_app.operations.alerts.signing import new_secret
from tasks_app.operations.alerts.trouble import SendError
from tasks_app.operations.alerts.watching import Watch

OTHER = "another key, and long enough for every check of it to be content"


@pytest.fixture
def change_key(settings: Any) -> Any:
    """Return a function that changes SECRET_KEY, and keeps the old one or loses it."""

    def change(*, keep: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = OTHER

    return change


def told(channel: AlertChannel) -> tuple[str, int, str]:
    raise_incident(key="disk", title="The disk is full")
    deliver_due(channel=channel.pk)
    row = Delivery.objects.get()
    return row.status, row.attempts, row.error


def test_the_database_holds_no_secret(hook, receiver):
    channel = hook(receiver.url)

    secret = give_secret(channel)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tasks_app_alertchannel")
        kept = str(cursor.fetchall())
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept
    assert told(channel) == ("delivered", 1, "")
    assert receiver.calls[0].is_signed_with(secret)


def test_the_same_secret_is_never_sealed_alike():
    secret = new_secret()

    assert seal(secret) != seal(secret)
    assert open_sealed(seal(secret)) == secret


def test_a_new_key_opens_what_the_old_one_sealed(hook, receiver, change_key):
    channel = hook(receiver.url)
    secret = give_secret(channel)

    change_key(keep=True)

    assert told(channel) == ("delivered", 1, "")
    assert receiver.calls[0].is_signed_with(secret)


def test_the_keeper_seals_anew_so_that_the_old_key_can_go(
    hook, receiver, change_key, settings
):
    channel = hook(receiver.url)
    secret = give_secret(channel)
    hook(receiver.url, "mail", secret="")
    change_key(keep=True)

    Watch().look()

    settings.SECRET_KEY_FALLBACKS = []
    channel.refresh_from_db()
    assert open_sealed(channel.secret) == secret
    assert AlertChannel.objects.get(name="mail").secret == ""
    assert seal_anew() == 0  # it is done


def test_a_secret_that_no_key_opens_is_said_and_stops_nobody(
    hook, receiver, change_key, alert_settings
):
    alert_settings(ALERT_RETRY_SECONDS=[60])
    lost = hook(receiver.url)
    sealed = lost.secret
    change_key(keep=False)
    fine = hook(receiver.url, "fine")

    assert seal_anew() == 0
    raise_incident(key="disk", title="The disk is full")
    assert [deliver_due(channel=each.pk) for each in (lost, fine)] == [1, 1]

    rows = {row.to: row for row in Delivery.objects.all()}
    assert (rows["hook"].status, rows["fine"].status) == ("waiting", "delivered")
    assert rows["hook"].error.startswith("The secret of the channel cannot be opened:")
    assert len(receiver.calls) == 1
    lost.refresh_from_db()
    assert lost.secret == sealed  # the key may be found again


@pytest.mark.parametrize("kept", ["whsec_AAAA", "gAAAAABm", "é", "x" * 300])
def test_what_was_never_sealed_opens_nothing(kept):
    with pytest.raises(SendError, match="cannot be opened"):
        open_sealed(kept)


def test_secrets_that_are_there_are_sealed_by_the_migration_and_can_go_back(hook):
    migration = importlib.import_module("tasks_app.migrations.0020_sealed_secrets")
    secret = new_secret()
    channel = hook("https://hooks.example.com/", secret=secret)
    mail = hook("https://hooks.example.com/", "mail", secret="")

    migration.seal(apps, None)

    channel.refresh_from_db()
    assert channel.secret != secret
    assert open_sealed(channel.secret) == secret
    migration.unseal(apps, None)
    channel.refresh_from_db()
    mail.refresh_from_db()
    assert (channel.secret, mail.secret) == (secret, "")


def test_going_back_loses_no_secret_that_cannot_be_opened(hook, settings):
    migration = importlib.import_module("tasks_app.migrations.0020_sealed_secrets")
    channel = hook("https://hooks.example.com/", secret=seal(new_secret()))
    kept = channel.secret
    settings.SECRET_KEY = "another key, of which nobody told us before"

    with pytest.raises(SendError, match="cannot be opened"):
        migration.unseal(apps, None)

    channel.refresh_from_db()
    assert channel.secret == kept
