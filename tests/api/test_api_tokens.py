"""API tokens of services: what they open, until when, and who may hand them out."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tasks_app.credentials import (
    CredentialError,
    issue_api_token,
    issue_ticket,
    may_hand_out,
    present_actor,
    read_token,
    redeem_ticket,
    revoke_api_token,
)
from tasks_app.models import ApiToken
from tasks_app.redact import without_secrets
from tests.conftest import person

TASKS = "/api/v1/tasks/"
PATH = "/ws/v1/tasks/"


def made(user, *, by=None, **fields):
    """The text of a new token, and its row."""
    token = ApiToken(**{"name": "warehouse", "user": user, **fields})
    return issue_api_token(token, created_by=by or user), token


def bearer(text):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def counts(text):
    try:
        read_token(text)
    except CredentialError as error:
        return error.code != "token_invalid"
    return True


def permit(user, *names):
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=user.pk)


# --- What it opens ----------------------------------------------------------------


def test_a_service_acts_as_its_user(alice, bob, make_task):
    text, _ = made(alice)
    task = make_task(title="of alice")
    other = make_task(title="of bob", owner=bob)
    service = bearer(text)

    assert service.get(f"{TASKS}{task.pk}/").status_code == 200
    assert service.get(f"{TASKS}{other.pk}/").status_code == 404
    body = {"operation": "workshop.echo", "params": {"text": "hi"}}
    assert service.post(TASKS, body).json()["owner"] == "alice"


def test_programs_that_look_for_secrets_know_it(alice):
    texts = {made(alice, name=str(number))[0] for number in range(20)}

    assert len(texts) == 20
    assert all(re.fullmatch(r"sightline_[A-Za-z0-9]{43}", text) for text in texts)


def test_the_database_holds_a_digest_only(alice):
    text, _ = made(alice)

    (row,) = ApiToken.objects.values()

    assert row["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert not any(text in str(value) for value in row.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "sightline_",
        "sightline_" + "a" * 43,
        "sightline_" + "a" * 42 + "\n",
        "sightline_" + "a" * 10_000_000,
        "sightline_\0",
        "SIGHTLINE_" + "a" * 43,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_only_looks_like_one_opens_nothing(text):
    assert not counts(text)


def test_it_buys_no_other_tokens_and_no_session(alice):
    text, _ = made(alice)

    for call in ("refresh", "logout"):
        answer = bearer(text).post(f"/api/v1/auth/{call}/", {"refresh": text})
        assert answer.status_code == 401
        assert answer.json()["code"] == "token_invalid"
    sign_in = {"username": "alice", "password": text}
    assert bearer(text).post("/api/v1/auth/token/", sign_in).status_code == 401
    page = Client(headers={"Authorization": f"Bearer {text}"}).get("/admin/")
    assert page.status_code == 302


# --- Until when -------------------------------------------------------------------


def test_a_revoked_token_is_refused_at_once(alice):
    text, token = made(alice)
    other, _ = made(alice, name="till")
    assert bearer(text).get(TASKS).status_code == 200

    assert revoke_api_token(token)

    refused = bearer(text).get(TASKS)
    assert refused.status_code == 401
    assert refused.json()["code"] == "token_invalid"
    assert present_actor(token.pk) is None
    assert not revoke_api_token(token)  # nor does that move the time
    assert counts(other)


def test_a_token_expires(alice):
    soon = timezone.now() + timedelta(hours=1)
    text, token = made(alice, expires_at=soon)
    assert read_token(text).expires_at == soon

    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert not counts(text)
    assert present_actor(token.pk) is None


def test_it_ends_with_the_account_of_its_user(alice):
    text, token = made(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not counts(text)
    assert present_actor(token.pk) is None

    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert counts(text)
    alice.delete()
    assert not counts(text)


def test_it_does_not_hang_on_a_password(alice):
    text, _ = made(alice)
    alice.set_unusable_password()
    alice.save()

    assert counts(text)


def test_a_ticket_ends_with_the_token_that_bought_it(alice):
    text, token = made(alice)
    bought = bearer(text).post("/api/v1/auth/ticket/").json()["ticket"]
    assert redeem_ticket(bought, path=PATH).api_token_id == token.pk

    bought = bearer(text).post("/api/v1/auth/ticket/").json()["ticket"]
    own = issue_ticket(alice, path=PATH).text
    revoke_api_token(token)

    with pytest.raises(CredentialError):
        redeem_ticket(bought, path=PATH)
    assert redeem_ticket(own, path=PATH).user == alice


def test_the_last_use_is_written_once_a_minute(alice, django_assert_num_queries):
    text, token = made(alice)
    assert token.last_used_at is None

    with django_assert_num_queries(2):
        read_token(text)
    first = ApiToken.objects.get().last_used_at
    with django_assert_num_queries(1):
        read_token(text)
    assert ApiToken.objects.get().last_used_at == first

    long_ago = timezone.now() - timedelta(seconds=61)
    ApiToken.objects.update(last_used_at=long_ago)
    read_token(text)

    assert ApiToken.objects.filter(last_used_at__gt=first).exists()


def test_no_line_of_the_log_holds_one(alice, caplog):
    caplog.set_level(logging.DEBUG)
    text, token = made(alice)
    bearer(text).get(TASKS)
    revoke_api_token(token)
    bearer(text).get(TASKS)

    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]

    assert without_secrets(f"it was {text}.") == "it was [hidden]."
    assert any("issue_api_token by alice" in line for line in lines)
    assert any("Unauthorized" in line for line in lines)
    assert not any(text in line for line in lines)


# --- Who may hand out whose rights ------------------------------------------------


def test_superusers_may_hand_out_anybodys_rights(superuser, alice, staff):
    for user in (superuser, alice, staff):
        assert may_hand_out(superuser, user)


def test_others_may_hand_out_no_more_than_they_have(staff, alice, superuser):
    assert may_hand_out(staff, staff)
    assert may_hand_out(staff, alice)
    assert not may_hand_out(staff, superuser)
    alice = permit(alice, "report_task")
    assert not may_hand_out(staff, alice)
    assert may_hand_out(permit(staff, "report_task"), alice)


def test_staff_is_more_than_not_staff(alice, staff):
    clerk = person("clerk", is_staff=True)
    names = [name.partition(".")[2] for name in staff.get_all_permissions()]
    alice = permit(alice, *names)

    assert not may_hand_out(alice, clerk)
    assert may_hand_out(staff, clerk)


@pytest.mark.parametrize(
    "missing",
    ["view_task", "view_task_payload", "cancel_task", "retry_task", "delete_task"],
)
def test_who_may_not_do_what_owners_may_cannot_act_as_one(staff, alice, missing):
    group = staff.groups.get()
    group.permissions.remove(Permission.objects.get(codename=missing))
    staff = User.objects.get(pk=staff.pk)

    assert not may_hand_out(staff, alice)
    assert may_hand_out(staff, staff)


def test_nobody_hands_out_the_rights_of_who_is_inactive(staff, superuser):
    gone = person("gone", is_active=False)

    assert not may_hand_out(superuser, gone)
    assert not may_hand_out(gone, gone)


def test_what_may_not_be_handed_out_is_not_made(staff, superuser):
    with pytest.raises(PermissionDenied):
        made(superuser, by=staff)

    assert not ApiToken.objects.exists()


def test_who_becomes_superuser_later_is_out_of_reach_of_earlier_tokens(
    staff, superuser, alice
):
    text, token = made(alice, by=staff)
    of_superuser, _ = made(alice, by=superuser, name="theirs")
    assert counts(text)

    User.objects.filter(pk=alice.pk).update(is_superuser=True)

    assert not counts(text)
    assert present_actor(token.pk) is None
    assert counts(of_superuser)
