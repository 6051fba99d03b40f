"""Tokens: what they open, and every token that opens nothing."""

from __future__ import annotations

import base64
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic

import jwt
import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from tasks_app.credentials import CredentialError, issue_tokens, read_token
from tasks_app.models import SignIn
from tests.conftest import person

TOKEN, REFRESH, LOGOUT = (
    f"/api/v1/auth/{name}/" for name in ("token", "refresh", "logout")
)
TASKS = "/api/v1/tasks/"
CHALLENGE = 'Bearer realm="sightline"'


def bearer(text):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def sign_in(name="alice", password="alice"):
    return APIClient().post(TOKEN, {"username": name, "password": password})


def renew(text):
    return APIClient().post(REFRESH, {"refresh": text})


def code_of(text):
    with pytest.raises(CredentialError) as refused:
        read_token(text)
    assert text not in str(refused.value)
    return refused.value.code


def signed(token, *, key=settings.SIMPLE_JWT["SIGNING_KEY"], method="HS256", **claims):
    """The same token with other claims, signed anew."""
    payload = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode({**payload, **claims}, key, algorithm=method)


def assert_refused(response, code):
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == CHALLENGE
    assert response.json()["code"] == code


# --- Signing in -------------------------------------------------------------------


def test_name_and_password_buy_tokens_that_nothing_may_store(alice):
    response = sign_in()

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response.json()["expires_in"] == 300
    credential = read_token(response.json()["access"])
    assert credential.user == alice
    assert credential.expires_at is not None
    left = credential.expires_at - datetime.now(UTC)
    assert timedelta(seconds=290) < left <= timedelta(seconds=300)


def test_a_refusal_does_not_tell_which_part_was_wrong(alice):
    person("carol", is_active=False)

    answers = [
        sign_in("alice", "wrong"),
        sign_in("nobody", "alice"),
        sign_in("carol", "carol"),
        sign_in("carol", "wrong"),
    ]

    for answer in answers:
        assert_refused(answer, "authentication_failed")
        assert answer["Cache-Control"] == "no-store"
    told = [answer.json() | {"request_id": ""} for answer in answers]
    assert all(one == told[0] for one in told)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "alice"}, "password"),
        ({"password": "alice"}, "username"),
        ({"username": "ali\0ce", "password": "alice"}, "username"),
        ({"username": ["alice"], "password": "alice"}, "username"),
        ({"username": "alice", "password": "x" * 5000}, "password"),
        ({"username": "alice", "password": "alice", "is_staff": True}, "is_staff"),
    ],
)
def test_what_cannot_be_a_sign_in_is_refused_by_field(body, field):
    response = APIClient().post(TOKEN, body)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["[]", '"alice"', "null", "{", "1e400"])
def test_a_body_that_is_no_object_is_refused(body):
    response = APIClient().post(TOKEN, body, content_type="application/json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


# --- What an access token opens ---------------------------------------------------


def test_a_bearer_token_sees_exactly_what_a_session_sees(
    alice, bob, api, make_task, client_of
):
    make_task(title="of alice")
    task = make_task(title="of bob", owner=bob)
    for user in (alice, bob):
        token, session = bearer(issue_tokens(user).access), client_of(user)
        for address in (TASKS, f"{TASKS}{task.pk}/", "/api/v1/operations/"):
            same = {"X-Request-ID": "request-7"}
            one, other = (c.get(address, headers=same) for c in (token, session))
            assert one.status_code == other.status_code
            assert one.json() == other.json()


def test_only_a_bearer_token_writes_without_csrf(alice, api):
    body = {"operation": "workshop.echo", "params": {"text": "hi"}}
    api.credentials()

    assert api.post(TASKS, body).status_code == 403
    assert bearer(issue_tokens(alice).access).post(TASKS, body).status_code == 201


def test_a_bad_token_is_refused_even_with_a_good_session(api):
    api.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    assert_refused(api.get(TASKS), "token_invalid")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "not_authenticated"),
        ("Basic YWxpY2U6YWxpY2U=", "not_authenticated"),
        ("Bearer", "token_invalid"),
        ("Bearer  ", "token_invalid"),
        ("Bearer a b", "token_invalid"),
        ("bearer a.b.c", "token_invalid"),
        ("Bearer \xff.\xff.\xff", "token_invalid"),
    ],
)
def test_every_401_asks_for_a_bearer_token(header, code):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    assert_refused(client.get(TASKS), code)


# --- Tokens that open nothing -----------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "a.b.c\n", "\ud800.\ud800.\ud800", "\0.\0.\0"]
)
def test_garbage_is_no_token(text):
    with pytest.raises(CredentialError) as refused:
        read_token(text)

    assert refused.value.code == "token_invalid"


def test_ten_megabytes_are_refused_unread_even_when_signed(alice):
    large = signed(issue_tokens(alice).access, more="x" * 10_000_000)
    before = monotonic()

    assert code_of(large) == "token_invalid"
    assert code_of("a.b." + "c" * 10_000_000) == "token_invalid"
    assert monotonic() - before < 0.5


def test_a_token_without_signature_is_refused(alice):
    access = issue_tokens(alice).access
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode())
    bare = f"{header.decode().rstrip('=')}.{access.split('.')[1]}."

    assert code_of(bare) == "token_invalid"
    assert code_of(f"{bare}AAAA") == "token_invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"key": "another key, which is long enough for the algorithm"},
        {"method": "HS512", "key": f"{settings.SECRET_KEY:>64}"},
        {"method": "HS384"},
        {"aud": "others"},
        {"iss": "others"},
        {"token_type": "other"},
        {"user_id": "0"},
        {"proof": ""},
        {"proof": None},
    ],
    ids=str,
)
def test_a_token_of_other_making_is_refused(alice, change):
    access = issue_tokens(alice).access
    assert read_token(signed(access)).user == alice

    assert code_of(signed(access, **change)) == "token_invalid"


def test_a_changed_token_is_refused(alice, bob):
    head, _, signature = issue_tokens(alice).access.split(".")
    body = issue_tokens(bob).access.split(".")[1]

    assert code_of(f"{head}.{body}.{signature}") == "token_invalid"


def test_an_expired_token_says_so(alice):
    past = int(datetime.now(UTC).timestamp()) - 10
    tokens = issue_tokens(alice)

    assert code_of(signed(tokens.access, exp=past)) == "token_expired"
    assert_refused(renew(signed(tokens.refresh, exp=past)), "token_expired")


def test_a_token_of_someone_inactive_or_gone_is_refused(alice, bob):
    held = [issue_tokens(alice), issue_tokens(bob)]
    alice.is_active = False
    alice.save()
    bob.delete()

    for tokens in held:
        assert code_of(tokens.access) == "token_invalid"
        assert_refused(renew(tokens.refresh), "token_invalid")


def test_a_new_password_ends_every_token(alice):
    tokens = issue_tokens(alice)
    alice.set_password("another")
    alice.save()

    assert code_of(tokens.access) == "token_invalid"
    assert_refused(renew(tokens.refresh), "token_invalid")


def test_neither_token_does_for_the_other(alice):
    tokens = issue_tokens(alice)

    assert code_of(tokens.refresh) == "token_invalid"
    assert_refused(renew(tokens.access), "token_invalid")


# --- Renewing and ending ----------------------------------------------------------


def test_a_refresh_token_counts_once(alice):
    first = issue_tokens(alice)

    answer = renew(first.refresh)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert read_token(answer.json()["access"]).user == alice
    assert renew(answer.json()["refresh"]).status_code == 200
    assert_refused(renew(first.refresh), "token_invalid")


def test_a_refresh_token_that_comes_back_ends_all_that_came_of_it(alice):
    first, other = issue_tokens(alice).refresh, issue_tokens(alice).refresh
    second = renew(first).json()["refresh"]
    third = renew(second).json()["refresh"]

    assert_refused(renew(first), "token_invalid")

    assert_refused(renew(third), "token_invalid")
    assert_refused(renew(second), "token_invalid")
    assert renew(other).status_code == 200  # another sign-in


def test_signing_out_with_an_earlier_token_ends_the_later_ones(alice):
    first = issue_tokens(alice).refresh
    second = renew(first).json()["refresh"]

    assert APIClient().post(LOGOUT, {"refresh": first}).status_code == 204

    assert_refused(renew(second), "token_invalid")


def test_however_often_it_is_renewed_a_sign_in_ends(alice, settings):
    settings.REFRESH_CHAIN_LIFETIME = timedelta(seconds=60)
    first = issue_tokens(alice).refresh
    began = int(datetime.now(UTC).timestamp()) - 50
    aged = signed(first, auth_time=began)

    second = renew(aged).json()["refresh"]

    for text, left in ((first, 60), (second, 10)):
        ends = jwt.decode(text, options={"verify_signature": False})["exp"]
        assert left - 5 < ends - datetime.now(UTC).timestamp() <= left
    assert SignIn.objects.get().expires_at.timestamp() == began + 60


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_renew_at_once_one_gets_tokens(alice):
    held = issue_tokens(alice).refresh

    def ask(_):
        try:
            return renew(held).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(ask, range(8)))

    assert answers == [200] + [401] * 7
    assert not SignIn.objects.exists()  # the seven may have been thieves


def test_signing_out_ends_the_refresh_token(alice):
    tokens = issue_tokens(alice)

    assert APIClient().post(LOGOUT, {"refresh": tokens.refresh}).status_code == 204
    assert APIClient().post(LOGOUT, {"refresh": tokens.refresh}).status_code == 204
    assert_refused(renew(tokens.refresh), "token_invalid")


def test_signing_out_with_something_else_is_refused(alice):
    tokens = issue_tokens(alice)

    for text in (tokens.access, "nonsense"):
        answer = APIClient().post(LOGOUT, {"refresh": text})
        assert_refused(answer, "token_invalid")
    assert renew(tokens.refresh).status_code == 200


# --- What is kept of them ---------------------------------------------------------


def test_the_database_holds_no_token(alice):
    tokens = issue_tokens(alice)

    (row,) = SignIn.objects.values()

    assert row["user_id"] == alice.pk
    assert not any(tokens.refresh in str(value) for value in row.values())


def test_chains_of_people_who_never_came_back_are_forgotten(alice, bob):
    issue_tokens(bob)
    live = issue_tokens(alice)
    past = datetime.now(UTC) - timedelta(hours=1)
    SignIn.objects.filter(user=bob).update(expires_at=past)

    issue_tokens(alice)

    assert not SignIn.objects.filter(user=bob).exists()
    assert SignIn.objects.filter(user=alice).count() == 2
    assert renew(live.refresh).status_code == 200


def test_no_line_of_the_log_holds_a_secret(alice, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = sign_in().json()
    forged = signed(tokens["access"], user_id="0")
    secrets = [*(tokens[name] for name in ("access", "refresh")), forged, "pass-phrase"]

    sign_in("alice", "pass-phrase")
    for text in (tokens["access"], tokens["refresh"], forged):
        bearer(text).get(TASKS)
        renew(text)
        renew(text)
        APIClient().post(LOGOUT, {"refresh": text})

    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert any("Unauthorized" in line for line in lines)
    assert [s for s in secrets if any(s in line for line in lines)] == []
