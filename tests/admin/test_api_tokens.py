"""The pages of API tokens: seen once, revoked, and never more than one's own rights."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tasks_app import credentials
from tasks_app.models import ApiToken

from .places import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

# What the database does is tested on both elsewhere.
pytestmark = pytest.mark.embedded_only

LIST = "/admin/tasks_app/apitoken/"
ADD = f"{LIST}add/"
TEXT = re.compile(r"sightline_[A-Za-z0-9]{43}")


@pytest.fixture
def giver(staff: User, grant: Callable[[User, str], User]) -> User:
    """An operator who may hand out tokens."""
    for name in ("view_apitoken", "add_apitoken", "revoke_apitoken"):
        grant(staff, name)
    return staff


@pytest.fixture
def counter(open_as: Callable[[User], Client], giver: User) -> Client:
    return open_as(giver)


@pytest.fixture
def token(alice: User, giver: User) -> ApiToken:
    made = ApiToken(name="warehouse", user=alice)
    credentials.issue_api_token(made, created_by=giver)
    return made


def make(browser: Client, user: str = "alice", name: str = "warehouse", **fields: str):
    return browser.post(ADD, {"name": name, "user": user, **fields})


def errors_of(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


# --- Made and seen once -----------------------------------------------------------


def test_a_token_is_shown_once_to_who_made_it(counter, alice, giver, caplog):
    caplog.set_level(logging.DEBUG)

    answer = make(counter)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (text,) = TEXT.findall(answer.content.decode())
    assert credentials.read_token(text).user == alice
    token = ApiToken.objects.get()
    assert (token.created_by, token.name) == (giver, "warehouse")
    pages = [LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/", "/admin/"]
    for page in pages:
        shown = counter.get(page)
        assert shown.status_code == 200
        assert text not in shown.content.decode()
        assert token.digest not in shown.content.decode()
    kept = [*LogEntry.objects.values(), *(s.get_decoded() for s in all_sessions())]
    assert LogEntry.objects.get().object_repr == "warehouse"
    assert not any(text in str(each) for each in kept)
    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert not any(text in line for line in lines)
    assert not any(text in str(morsel) for morsel in counter.cookies.values())


def all_sessions():
    return Session.objects.all()


def test_sending_the_form_again_makes_no_second_token(counter, alice):
    make(counter)

    again = make(counter)

    assert list(errors_of(again)) == ["name"]
    assert not TEXT.search(again.content.decode())
    assert ApiToken.objects.count() == 1


def test_the_name_of_a_revoked_token_is_free(counter, token):
    credentials.revoke_api_token(token)

    assert TEXT.search(make(counter).content.decode())


def test_a_token_can_be_made_to_expire(counter, alice):
    ends = timezone.now() + timedelta(days=3)
    day, hour = f"{ends:%Y-%m-%d}", f"{ends:%H:%M:%S}"

    make(counter, expires_at_0=day, expires_at_1=hour)

    assert ApiToken.objects.get().expires_at == ends.replace(microsecond=0)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"user": "nobody"}, "user"),
        ({"user": ""}, "user"),
        ({"user": "gone"}, "user"),
        ({"user": "Alice"}, "user"),
        ({"user": "al\0ice"}, "user"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "expires_at"),
        ({"expires_at_0": "soon", "expires_at_1": ""}, "expires_at"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_field(counter, alice, fields, wrong):
    User.objects.create(username="gone", is_active=False)

    answer = make(counter, **fields)

    assert list(errors_of(answer)) == [wrong]
    assert not ApiToken.objects.exists()


# --- Nobody gets more than they have ----------------------------------------------


def test_an_operator_makes_no_token_of_a_superuser(counter, superuser):
    answer = make(counter, user="admin")

    assert errors_of(answer)["user"] == [
        "This user may do what you may not. Ask a superuser to do this."
    ]
    assert not ApiToken.objects.exists()


def test_an_operator_makes_no_token_of_who_may_more(counter, alice, grant):
    grant(alice, "report_task")

    assert list(errors_of(make(counter))) == ["user"]
    assert not ApiToken.objects.exists()


def test_a_clerk_makes_tokens_of_their_own_only(open_as, clerk, alice, grant):
    browser = open_as(grant(clerk, "add_apitoken"))

    assert list(errors_of(make(browser))) == ["user"]
    assert TEXT.search(make(browser, user="clerk").content.decode())


def test_nobody_writes_what_the_form_does_not_ask(counter, alice, superuser):
    make(counter, digest="0" * 64, created_by=str(superuser.pk), last_used_at="now")

    token = ApiToken.objects.get()
    assert token.digest != "0" * 64
    assert token.created_by != superuser
    assert token.last_used_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_permissions_there_are_no_pages(open_as, clerk, token, method):
    desk = open_as(clerk)
    change = f"{LIST}{token.pk}"
    for page in (LIST, ADD, f"{change}/change/", f"{change}/delete/"):
        assert getattr(desk, method)(page).status_code == 403
    assert desk.post(f"{change}/revoke/").status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None


def test_who_may_only_look_cannot_revoke(open_as, clerk, grant, token):
    browser = open_as(grant(clerk, "view_apitoken"))

    page = browser.get(f"{LIST}{token.pk}/change/")
    browser.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})

    assert page.status_code == 200
    assert "revoke/" not in page.content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None


# --- Taken back -------------------------------------------------------------------


def test_a_button_revokes(counter, token, caplog):
    caplog.set_level(logging.INFO)
    page = counter.get(f"{LIST}{token.pk}/change/").content.decode()
    address = reverse("admin:tasks_app_apitoken_revoke", args=[token.pk])
    assert f'formaction="{address}"' in page
    assert counter.get(address).status_code == 405

    answer = counter.post(address, follow=True)

    assert told(answer) == ["“warehouse” is revoked and refused from now on."]
    assert address not in answer.content.decode()
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert LogEntry.objects.get().change_message == "Revoked."
    assert "revoke_api_token by staff from 127.0.0.1: done" in caplog.text
    assert counter.post(f"{LIST}999/revoke/").status_code == 404


def test_several_are_revoked_at_once(counter, token, alice, giver):
    other = ApiToken(name="till", user=alice)
    credentials.issue_api_token(other, created_by=giver)
    credentials.revoke_api_token(other)
    chosen = {"action": "revoke", "_selected_action": [token.pk, other.pk]}

    answer = counter.post(LIST, chosen, follow=True)

    assert told(answer) == ["1 token revoked, refused from now on."]
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_nothing_of_a_token_is_ever_changed(counter, token, superuser, open_as):
    for browser in (counter, open_as(superuser)):
        change = {"name": "other", "user": "admin"}
        assert browser.post(f"{LIST}{token.pk}/change/", change).status_code == 403
    token.refresh_from_db()
    assert token.name == "warehouse"


def test_the_list_says_which_tokens_count(counter, token, alice, giver):
    for name, fields in (
        ("revoked", {"revoked_at": timezone.now()}),
        ("expired", {"expires_at": timezone.now() - timedelta(days=1)}),
    ):
        other = ApiToken(name=name, user=alice)
        credentials.issue_api_token(other, created_by=giver)
        ApiToken.objects.filter(pk=other.pk).update(**fields)

    rows = counter.get(LIST).content.decode()

    for word in ("Counts", "Revoked", "Expired"):
        assert f'<td class="field-standing">{word}</td>' in rows


def test_a_user_can_be_deleted_with_their_tokens(open_as, superuser, token, alice):
    answer = open_as(superuser).post(
        f"/admin/auth/user/{alice.pk}/delete/", {"post": "yes"}
    )

    assert answer.status_code == 302
    assert not ApiToken.objects.exists()
