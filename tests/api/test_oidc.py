"""Tokens of an identity provider: the good one, and every one that is refused."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import time
from datetime import UTC, datetime

import jwt
import pytest
from django.core.exceptions import ImproperlyConfigured
from jwt.warnings import InsecureKeyLengthWarning
from rest_framework.test import APIClient

from config.settings.identity import checked
from tasks_app.credentials import CredentialError, issue_tokens, read_token

from .provider import encode, jwk, private_key, public_pem

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/tasks/"


def ask(token):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.get(TASKS)


def code_of(token):
    with pytest.raises(CredentialError) as refused:
        read_token(token)
    assert token not in str(refused.value)
    return refused.value.code


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_token_of_the_provider_opens_the_api(provider):
    ends = int(time.time()) + 100
    token = provider.sign(exp=ends)

    assert ask(token).status_code == 200
    credential = read_token(token)
    assert credential.user.username == "carol"
    assert credential.expires_at == datetime.fromtimestamp(ends, tz=UTC)
    assert not credential.user.has_usable_password()
    assert not credential.user.is_staff


def test_it_may_write_without_csrf(provider):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {provider.sign()}")

    made = client.post(TASKS, {"operation": "workshop.echo", "params": {"text": "x"}})

    assert made.status_code == 201
    assert made.json()["owner"] == "carol"


@pytest.mark.parametrize(
    "audience", ["api://sightline", ["api://others", "api://sightline"]], ids=str
)
def test_one_of_several_audiences_is_enough(provider, audience):
    assert ask(provider.sign(aud=audience)).status_code == 200


@pytest.mark.parametrize("method", ["PS256", "ES256"])
def test_every_algorithm_that_is_allowed_counts(provider, method):
    kind = "ES256" if method == "ES256" else "RS256"
    provider.body = json.dumps({"keys": [jwk("two", kind)]}).encode()

    assert ask(provider.sign(kid="two", method=method)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "api://others"},
        {"aud": None},
        {"aud": []},
        {"iss": "https://login.example/tenant/v2.0/"},
        {"iss": "sightline"},
        {"iss": None},
        {"nbf": 10**10},
        {"nbf": None},
        {"nbf": "soon"},
        {"iat": None},
        {"iat": 10**10},
        {"exp": None},
        {"exp": "never"},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
        {"sub": 5},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(provider, claims):
    answer = ask(provider.sign(**claims))

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="sightline"'
    assert answer.json()["code"] == "token_invalid"


def test_an_expired_token_says_so(provider):
    now = int(time.time())

    assert code_of(provider.sign(exp=now - 15)) == "token_expired"
    assert read_token(provider.sign(exp=now - 5)).user.username == "carol"  # clocks


def test_an_end_past_all_time_is_an_end(provider):
    ends = read_token(provider.sign(exp=10**30)).expires_at

    assert ends == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_nbf_may_be_missing_where_the_settings_say_so(provider, settings):
    settings.OIDC["NEEDS_NBF"] = False

    assert read_token(provider.sign(nbf=None)).user.username == "carol"
    assert code_of(provider.sign(nbf=10**10)) == "token_invalid"


def test_a_token_without_signature_is_refused(provider):
    head, body, signature = provider.sign().split(".")

    for algorithm in ("none", "None", "NONE", ""):
        bare = part({"alg": algorithm, "kid": "one"})
        assert code_of(f"{bare}.{body}.") == "token_invalid"
        assert code_of(f"{bare}.{body}.{signature}") == "token_invalid"
    assert code_of(f"{head}.{body}.AAAA") == "token_invalid"


@pytest.mark.parametrize("method", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_shared_secret(provider, method):
    body = provider.sign().split(".")[1]
    signed = f"{part({'alg': method, 'kid': 'one', 'typ': 'JWT'})}.{body}"
    digest = hmac.new(public_pem("one"), signed.encode(), f"sha{method[2:]}").digest()
    forged = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    assert code_of(f"{signed}.{forged}") == "token_invalid"


def test_an_algorithm_that_is_not_allowed_is_refused(provider, settings):
    settings.OIDC["ALGORITHMS"] = ["PS256"]

    assert code_of(provider.sign()) == "token_invalid"
    assert read_token(provider.sign(method="PS256")).user.username == "carol"


def test_a_key_does_for_its_own_algorithm_only(provider):
    provider.body = json.dumps({"keys": [jwk("one", alg="RS256")]}).encode()

    assert code_of(provider.sign(method="PS256")) == "token_invalid"
    assert read_token(provider.sign()).user.username == "carol"


def test_what_another_key_signed_is_refused(provider):
    provider.publish("one", "two")
    head, _, _ = provider.sign(kid="one").split(".")
    _, body, signature = provider.sign(kid="two").split(".")

    assert code_of(f"{head}.{body}.{signature}") == "token_invalid"
    assert code_of(provider.sign(kid=None)) == "token_invalid"


def test_a_key_that_is_too_short_proves_nothing(provider):
    short = private_key("short", bits=1024)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(short.public_key(), as_dict=True)
    provider.body = json.dumps({"keys": [{**public, "kid": "short"}]}).encode()
    claims = jwt.decode(provider.sign(), options={"verify_signature": False})

    with pytest.warns(InsecureKeyLengthWarning):
        token = encode(claims, key=short, method="RS256", kid="short")

    assert code_of(token) == "token_invalid"


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"alg": ["RS256"]},
        {"alg": "RS256", "kid": 5},
        {"alg": "RS256", "kid": {"a": 1}},
        {"alg": "RS256", "kid": "one", "crit": ["exp"]},
        {"alg": "RS256", "kid": "one", "b64": False},
        {"alg": "RS256", "jku": "http://evil.example/keys", "kid": "theirs"},
        {"alg": "RS256", "jwk": jwk("two"), "kid": "two"},
        {"alg": "RS256", "kid": "x" * 20_000},
    ],
    ids=lambda header: str(header)[:40],
)
def test_what_a_token_says_of_itself_is_not_believed(provider, header):
    _, body, signature = provider.sign(kid="two").split(".")

    assert code_of(f"{part(header)}.{body}.{signature}") == "token_invalid"


def test_ten_megabytes_are_refused_unread_even_when_signed(provider):
    large = provider.sign(more="x" * 10_000_000)
    before = time.monotonic()

    assert code_of(large) == "token_invalid"
    assert time.monotonic() - before < 0.5


def test_without_a_provider_its_tokens_are_nothing(provider, settings):
    settings.OIDC = {}

    assert code_of(provider.sign()) == "token_invalid"
    assert provider.fetches == 0


def test_beside_a_provider_our_own_tokens_count_as_before(provider, alice):
    own = issue_tokens(alice)

    assert read_token(own.access).user == alice
    assert provider.fetches == 0
    answer = APIClient().post("/api/v1/auth/refresh/", {"refresh": provider.sign()})
    assert answer.json()["code"] == "token_invalid"


def test_no_line_of_the_log_holds_a_token(provider, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = [provider.sign(), provider.sign(aud="x"), provider.sign(kid="unknown")]

    for token in tokens:
        ask(token)

    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert any("Unauthorized" in line for line in lines)
    assert [t for t in tokens if any(t.split(".")[2] in line for line in lines)] == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"AUDIENCE": []}, "OIDC_AUDIENCE"),
        ({"KEYS_URL": ""}, "OIDC_KEYS_URL"),
        ({"KEYS_URL": "http://login.example/keys"}, "OIDC_KEYS_URL"),
        ({"KEYS_URL": "file:///etc/passwd"}, "OIDC_KEYS_URL"),
        ({"KEYS_URL": "https:///keys"}, "OIDC_KEYS_URL"),
        ({"ALGORITHMS": []}, "OIDC_ALGORITHMS"),
        ({"ALGORITHMS": ["RS256", "none"]}, "OIDC_ALGORITHMS"),
        ({"ALGORITHMS": ["RS256", "HS256"]}, "OIDC_ALGORITHMS"),
        ({"GROUPS": ["Operators"]}, "OIDC_GROUPS"),
        ({"GROUPS": {"operators": 5}}, "OIDC_GROUPS"),
    ],
    ids=str,
)
def test_settings_that_would_not_be_safe_stop_the_start(provider, changes, named):
    assert checked(provider.settings) == provider.settings

    with pytest.raises(ImproperlyConfigured, match=named):
        checked(provider.settings | changes)
