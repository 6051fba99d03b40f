"""Mails go to a real server, which may refuse them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tasks_app.models import AlertChannel, Delivery
from tasks_app.operations.alerts import raise_incident, resolve_incident, send_test
from tasks_app.operations.alerts.courier import deliver_due
from tasks_app.operations.alerts.sealing import seal
from tests.servers import free_port

PASSWORD = "correct horse"


class Postbox:
    """Takes mail, unless it has an answer of its own."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.recipients: list[list[str]] = []
        self.refusal = ""
        self.unknown = ""

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


def authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    right = data.login == b"sightline" and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    port = free_port()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=authenticate,
        auth_require_tls=False,
    )
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "Sightline <alerts@tasks.example.com>"
    yield box
    server.stop()


@pytest.fixture
def mailing(db: None, alert_settings: Any) -> AlertChannel:
    return AlertChannel.objects.create(
        name="on call", kind="email", address="ann@example.com, bob@example.com"
    )


def carried(channel: AlertChannel) -> Delivery:
    raise_incident(key="disk", title="The disk is full", facts={"Free": "3 %"})
    deliver_due(channel=channel.pk)
    return Delivery.objects.get()


def test_a_mail_says_what_is_wrong_to_everybody_of_the_channel(postbox, mailing):
    delivery = carried(mailing)

    assert (delivery.status, delivery.code) == ("delivered", None)
    assert postbox.recipients == [["ann@example.com", "bob@example.com"]]
    (mail,) = postbox.mails
    assert mail["Subject"] == "[Sightline] Alert: The disk is full"
    assert mail["From"] == "Sightline <alerts@tasks.example.com>"
    assert mail["Message-ID"] == f"<{delivery.pk}@tasks.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "Free: 3 %" in text
    assert "https://tasks.example.com/admin/tasks_app/incident/" in text


def test_the_end_and_a_test_are_mailed_too(postbox, mailing):
    carried(mailing)
    resolve_incident(key="disk")
    send_test(mailing)

    deliver_due(channel=mailing.pk)

    first, *others = postbox.mails
    assert first["Subject"] == "[Sightline] Alert: The disk is full"
    recovered, test = sorted(others, key=lambda mail: str(mail["Subject"]))
    assert recovered["Subject"] == "[Sightline] Recovered: The disk is full"
    assert "Recovered: 20" in recovered.get_content()
    assert test["Subject"] == "[Sightline] Test: This is a test"


def test_a_server_that_refuses_is_asked_again(postbox, mailing):
    postbox.refusal = "451 try later"
    delivery = carried(mailing)

    assert (delivery.status, delivery.attempts, delivery.code) == ("given_up", 3, 451)
    assert delivery.error == "The mail server refused the message (451)."


def test_addresses_that_the_server_refuses_are_told_of(postbox, mailing):
    mailing.address = postbox.unknown = "nobody@example.com"
    mailing.save()

    delivery = carried(mailing)

    assert delivery.error == "The mail server takes no mail for this address."


def test_a_password_is_used_and_never_told(postbox, mailing, settings, caplog):
    caplog.set_level(logging.DEBUG)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sightline", PASSWORD
    assert carried(mailing).status == "delivered"
    Delivery.objects.all().delete()
    settings.EMAIL_HOST_PASSWORD = "wrong horse"
    resolve_incident(key="disk")
    delivery = carried(mailing)

    assert delivery.error == "The mail server refused the user name or password."
    assert "horse" not in caplog.text


def test_a_server_that_is_away_is_said_so(mailing, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    delivery = carried(mailing)

    assert (delivery.status, delivery.attempts) == ("given_up", 3)
    assert delivery.error == "The mail server cannot be reached."


def test_without_a_server_nothing_is_tried(mailing, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""

    delivery = carried(mailing)

    assert (delivery.status, delivery.attempts) == ("given_up", 1)
    assert delivery.error == "No mail server is known. Set EMAIL_URL for the keeper."


def test_an_address_of_another_making_holds_no_message_up(postbox, mailing):
    AlertChannel.objects.update(address="ann@example.com\nBcc: all@example.com")
    send_test(mailing)
    send_test(mailing)

    assert deliver_due(channel=mailing.pk) >= 2

    assert not postbox.mails
    assert "" not in Delivery.objects.values_list("error", flat=True)


def test_a_secret_of_another_making_is_said_so(hook, receiver):
    channel = hook(receiver.url, secret=seal("whsec_x"))
    send_test(channel)

    assert deliver_due(channel=channel.pk) == 3

    assert Delivery.objects.get().error.startswith("The message could not be made.")
