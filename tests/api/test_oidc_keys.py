"""The keys of an identity provider: fetched rarely, kept while its server is away."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from tasks_app.credentials import CredentialError, read_token
from tests.processes import wait_until

from .provider import jwk

# Keys are of the process; what the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]

UNAVAILABLE = "identity_unavailable"


def outcome(token):
    """`ok`, or the code of the refusal."""
    try:
        return "ok" if read_token(token).user.username == "carol" else "of others"
    except CredentialError as error:
        return error.code


def test_keys_are_fetched_once(provider):
    for _ in range(20):
        assert outcome(provider.sign()) == "ok"

    assert provider.fetches == 1


def test_a_key_that_is_new_counts_at_once(provider):
    assert outcome(provider.sign()) == "ok"
    provider.publish("one", "two")

    assert outcome(provider.sign(kid="two")) == "ok"
    assert outcome(provider.sign()) == "ok"
    assert provider.fetches == 2


def test_a_key_that_was_withdrawn_counts_no_more_after_the_next_look(
    provider, settings
):
    assert outcome(provider.sign()) == "ok"
    provider.publish("two")
    assert outcome(provider.sign()) == "ok"  # not looked yet

    settings.OIDC["KEYS_SECONDS"] = 0.0

    assert outcome(provider.sign()) == "token_invalid"
    assert outcome(provider.sign(kid="two")) == "ok"


def test_a_thousand_unknown_keys_cause_one_fetch(provider, settings):
    settings.OIDC["AGAIN_SECONDS"] = 600.0

    answers = {outcome(provider.sign()), *map(outcome, many_of_unknown_keys(provider))}

    assert answers == {"ok", "token_invalid"}
    assert provider.fetches == 1


def test_a_thousand_unknown_keys_do_not_delay_a_new_one_for_long(provider, settings):
    settings.OIDC["AGAIN_SECONDS"] = 0.5
    assert outcome(provider.sign()) == "ok"
    provider.publish("one", "two")
    flood = many_of_unknown_keys(provider)
    began = time.monotonic()

    def is_known():
        outcome(next(flood))
        return outcome(provider.sign(kid="two")) == "ok"

    wait_until(is_known, seconds=10)

    assert provider.fetches <= 2 + (time.monotonic() - began) / 0.5


def many_of_unknown_keys(provider):
    """Tokens as they come from somebody who wants us to ask and ask."""
    _, body, signature = provider.sign().split(".")
    for number in range(1000):
        said = json.dumps({"alg": "RS256", "kid": f"key-{number}"})
        head = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
        yield f"{head}.{body}.{signature}"


def test_with_the_server_away_its_keys_serve_on(provider, settings):
    assert outcome(provider.sign()) == "ok"
    provider.stop()
    settings.OIDC["KEYS_SECONDS"] = 0.0

    assert outcome(provider.sign()) == "ok"
    assert outcome(provider.sign(aud="others")) == "token_invalid"
    assert outcome(provider.sign(kid="two")) == UNAVAILABLE


def test_but_not_for_ever(provider, settings):
    assert outcome(provider.sign()) == "ok"
    provider.stop()
    settings.OIDC["STALE_SECONDS"] = 0.0

    assert outcome(provider.sign()) == UNAVAILABLE
    provider.start()
    settings.OIDC["STALE_SECONDS"] = 600.0
    provider.publish("two")
    assert outcome(provider.sign(kid="two")) == "ok"


def test_without_keys_and_server_the_answer_is_503(provider):
    provider.stop()

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {provider.sign()}")
    answer = client.get("/api/v1/tasks/")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert answer.json()["code"] == UNAVAILABLE
    provider.start()
    assert client.get("/api/v1/tasks/").status_code == 200


def test_a_server_that_is_away_is_not_asked_for_every_token(provider, settings):
    settings.OIDC["AGAIN_SECONDS"] = 600.0
    provider.status = 500

    assert {outcome(provider.sign()) for _ in range(50)} == {UNAVAILABLE}
    assert provider.fetches == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys": 5}',
        b'{"keys": [5, null]}',
        b'{"keys": []}',
        b'{"keys": [{"kid": "one"}]}',
        b'{"keys": [{"kid": ["one"], "kty": "RSA"}]}',
        b'{"keys": [{"kid": "one", "kty": "oct", "k": "c2VjcmV0"}]}',
        b"[" * 100_000,
        json.dumps({"keys": [jwk("one", use="enc")]}).encode(),
        json.dumps({"keys": [jwk("one")], "x": "x" * 300_000}).encode(),
    ],
    ids=lambda body: repr(body[:45]),
)
def test_an_answer_that_holds_no_key_changes_nothing(provider, settings, body):
    good, provider.body = provider.body, body
    assert outcome(provider.sign()) == UNAVAILABLE
    provider.body = good
    assert outcome(provider.sign()) == "ok"
    provider.body = body
    settings.OIDC["KEYS_SECONDS"] = 0.0
    assert outcome(provider.sign()) == "ok"
    assert provider.fetches == 3


def test_a_redirect_is_not_followed(provider, settings):
    settings.OIDC["KEYS_URL"] += "/moved"
    provider.status, elsewhere = 302, provider.settings["KEYS_URL"]
    provider.headers = {"Location": elsewhere}

    assert outcome(provider.sign()) == UNAVAILABLE
    assert provider.fetches == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_come_first_one_fetches(provider, settings):
    settings.OIDC["AGAIN_SECONDS"] = 600.0
    provider.pause_seconds = 0.3
    token = provider.sign()

    def ask(_):
        try:
            return outcome(token)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, range(20)))

    assert set(answers) == {"ok"}
    assert provider.fetches == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_looks_for_newer_keys_the_others_go_on(provider, settings):
    assert outcome(provider.sign()) == "ok"
    settings.OIDC["KEYS_SECONDS"] = 0.0
    provider.pause_seconds = 1.5
    token = provider.sign()

    def ask(_):
        before = time.monotonic()
        try:
            return outcome(token), time.monotonic() - before
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))

    assert {answer for answer, _ in answers} == {"ok"}
    assert sum(seconds < 1.4 for _, seconds in answers) == 3
