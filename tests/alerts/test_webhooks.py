"""Webhooks are signed, tried again, and lead nowhere but to their receiver."""

from __future__ import annotations

import json
import logging
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tasks_app.models import Delivery
from tasks_app.operations.alerts import raise_incident, resolve_incident, send_again
from tasks_app.operations.alerts.courier import deliver_due
from tasks_app.operations.alerts.sealing import open_sealed
from tasks_app.operations.alerts.signing import new_secret, signature
from tests.servers import free_port

from .receiver import Receiver


def sick() -> None:
    raise_incident(key="disk", title="The disk is full", facts={"Free": "3 %"})


def outcome() -> tuple[str, int, int | None, str]:
    row = Delivery.objects.get()
    return row.status, row.attempts, row.code, row.error


def carried(channel: Any) -> tuple[str, int, int | None, str]:
    """Open an incident, tell the channel, and return what came of it."""
    sick()
    deliver_due(channel=channel.pk)
    return outcome()


# --- What arrives -----------------------------------------------------------------


def test_its_receiver_knows_who_sent_it_and_what_is_wrong(hook, receiver):
    channel = hook(receiver.url)

    assert carried(channel) == ("delivered", 1, 204, "")

    (call,) = receiver.calls
    assert call.is_signed_with(open_sealed(channel.secret))
    assert not call.is_signed_with(new_secret())
    assert (call.path, call.headers["Content-Type"]) == (
        "/hooks?for=us",
        "application/json",
    )
    assert call.id == str(Delivery.objects.get().pk)
    assert call.told["type"] == "incident.opened"
    told = call.told["data"]
    assert (told["title"], told["facts"]) == ("The disk is full", {"Free": "3 %"})
    assert told["url"].startswith("https://tasks.example.com/admin/")
    assert told["recovered_at"] is None


def test_the_signature_is_that_of_the_convention():
    """The example of the Standard Webhooks specification."""
    made = signature(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        name="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_end_is_told_after_the_beginning(hook, receiver, alert_settings):
    alert_settings(ALERT_RETRY_SECONDS=[60])
    receiver.codes = [500, 204]
    channel = hook(receiver.url)
    sick()
    resolve_incident(key="disk")
    assert deliver_due(channel=channel.pk) == 1

    Delivery.objects.update(next_at=datetime.now(UTC) - timedelta(seconds=1))
    assert deliver_due(channel=channel.pk) == 2

    assert receiver.told == ["incident.opened"] * 2 + ["incident.recovered"]
    assert receiver.calls[-1].told["data"]["recovered_at"]


# --- What does not ----------------------------------------------------------------


def test_a_receiver_that_fails_is_tried_again_with_the_same_id(hook, receiver):
    receiver.codes = [500, 503, 204]
    channel = hook(receiver.url)

    assert carried(channel) == ("delivered", 3, 204, "")
    assert len({call.id for call in receiver.calls}) == 1
    secret = open_sealed(channel.secret)
    assert all(call.is_signed_with(secret) for call in receiver.calls)


def test_a_pause_is_kept_before_the_next_try(hook, receiver, alert_settings):
    alert_settings(ALERT_RETRY_SECONDS=[60])
    receiver.codes = [500]
    channel = hook(receiver.url)

    assert carried(channel) == ("waiting", 1, 500, "The receiver answered 500.")
    assert deliver_due(channel=channel.pk) == 0

    past = datetime.now(UTC) - timedelta(seconds=1)
    Delivery.objects.update(next_at=past)
    assert deliver_due(channel=channel.pk) == 1


def test_what_was_given_up_can_be_sent_again(hook, receiver):
    receiver.codes = [404]
    channel = hook(receiver.url)
    assert carried(channel) == ("given_up", 3, 404, "The receiver answered 404.")
    assert deliver_due(channel=channel.pk) == 0
    receiver.codes = [200]

    assert send_again(Delivery.objects.get().pk)
    deliver_due(channel=channel.pk)

    assert outcome() == ("delivered", 1, 200, "")
    assert not send_again(Delivery.objects.get().pk)


@pytest.mark.parametrize(
    "given", [{"hang_seconds": 10}, {"drip_seconds": 0.2}], ids=str
)
def test_a_receiver_that_takes_long_is_left(hook, alert_settings, given):
    alert_settings(ALERT_RETRY_SECONDS=[])
    with Receiver(headers={"X-Long": "x" * 100}, **given) as slow:
        began = time.monotonic()

        ended = carried(hook(slow.url))

        assert time.monotonic() - began < 4
        assert ended == ("given_up", 1, None, "The receiver did not answer in time.")


def test_an_answer_that_is_endless_is_not_read(hook):
    with Receiver(codes=[200], answer=b"x" * 50_000_000) as large:
        assert carried(hook(large.url))[0] == "delivered"


def test_nobody_there_is_said_so(hook):
    status, tries, _, error = carried(hook(f"http://127.0.0.1:{free_port()}/"))

    assert (status, tries) == ("given_up", 3)
    assert error == "The receiver cannot be reached: nobody listens there."


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(hook, receiver, code):
    with Receiver(codes=[code], headers={"Location": receiver.url}) as leading:
        status, _, seen, error = carried(hook(leading.url))

    assert receiver.calls == []
    assert (status, seen) == ("given_up", code)
    assert error.startswith(f"The receiver answered with a redirect ({code})")


def test_a_private_address_is_not_told_whatever_was_entered(
    hook, receiver, alert_settings
):
    alert_settings(ALERT_PRIVATE_HOSTS=[])
    channel = hook(f"https://localhost:{receiver.port}/")

    status, tries, _, error = carried(channel)

    assert (status, tries) == ("given_up", 1)
    assert error.startswith("This address is not public")
    assert receiver.calls == []


def test_no_proxy_is_asked(hook, receiver, monkeypatch):
    with Receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        carried(hook(receiver.url))
        assert proxy.calls == []

    assert len(receiver.calls) == 1


def test_nothing_is_sent_that_is_not_signed(hook, receiver):
    status, tries, _, error = carried(hook(receiver.url, secret=""))

    assert (status, tries) == ("given_up", 1)
    assert error.startswith("The channel has no secret.")
    assert receiver.calls == []


def test_a_channel_that_is_off_is_told_no_more(hook, receiver):
    channel = hook(receiver.url)
    sick()
    channel.enabled = False
    channel.save()

    deliver_due(channel=channel.pk)

    assert outcome() == ("given_up", 1, None, "The channel was turned off.")
    assert receiver.calls == []


def test_no_secret_is_logged_or_kept(hook, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    receiver.codes = [500, 200]
    channel = hook(f"{receiver.url}&key=hidden-in-the-url")

    carried(channel)

    logged = " ".join(f"{r.getMessage()} {vars(r)}" for r in caplog.records)
    kept = json.dumps(list(Delivery.objects.values()), default=str)
    for text in (logged, kept):
        assert open_sealed(channel.secret) not in text
        assert "hidden-in-the-url" not in text
    assert "Alert delivery" in logged


# --- Encrypted --------------------------------------------------------------------


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: Any) -> Any:
    """Return a function that starts an HTTPS receiver of this name, trusted here."""

    def context(name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(names, critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(Encoding.PEM)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "key.pem").write_bytes(pem + secret)
        (tmp_path / "ca.pem").write_bytes(pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(tmp_path / "key.pem")
        return server

    return context


def test_https_asks_for_the_name_at_the_address_that_was_checked(hook, certified):
    asked: list[str | None] = []
    context = certified("localhost")
    context.sni_callback = lambda _, name, __: asked.append(name)
    with Receiver(context=context) as receiver:
        channel = hook(f"https://localhost:{receiver.port}/x")

        assert carried(channel)[0] == "delivered"
        (call,) = receiver.calls
        assert call.headers["Host"] == f"localhost:{receiver.port}"
    assert asked[-1] == "localhost"


def test_a_certificate_of_another_name_is_refused(hook, certified):
    with Receiver(context=certified("other.example.com")) as receiver:
        status, _, _, error = carried(hook(f"https://localhost:{receiver.port}/"))

        assert receiver.calls == []
    assert status == "given_up"
    assert error == "The certificate of the receiver is not valid for its name."
