"""Pages that say no, let in or out, are in the look of all others and lead back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client, RequestFactory

from tasks_app.api.fallback import server_error

from .places import LIST, NEW

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = 'href="/static/css/look.css"'
WAY_BACK = f'href="{LIST}"'


def failed(error: Exception, request: Any) -> Any:
    """The answer to a request that ended with `error`."""
    try:
        raise error
    except type(error):
        assert sys.exception() is error
        return server_error(request)


@pytest.mark.parametrize(
    "address", ["/admin/nothing/", "/nothing/", f"{LIST}0/change/"]
)
def test_what_is_not_there(desk: Client, address: str) -> None:
    response = desk.get(address)

    assert response.status_code == 404
    text = response.content.decode()
    assert "There is no such page" in text
    assert LOOK in text
    assert WAY_BACK in text


def test_what_may_not_be_done(open_as: Callable[[User], Client], clerk: User) -> None:
    response = open_as(clerk).get("/admin/auth/user/")

    assert response.status_code == 403
    text = response.content.decode()
    assert "You may not do this" in text
    assert LOOK in text
    assert WAY_BACK in text


@pytest.mark.parametrize("address", ["/admin/logout/", "/admin/login/", NEW])
def test_a_form_without_its_token(superuser: User, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(superuser)

    response = strict.post(address)

    assert response.status_code == 403
    text = response.content.decode()
    assert "This form is too old" in text
    assert LOOK in text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ValueError("secret"), 500, "Something went wrong here"),
        (OperationalError("secret"), 503, "The database does not answer"),
    ],
)
def test_a_failure_asks_nothing_of_the_database_and_tells_nothing_of_itself(
    rf: RequestFactory, error: Exception, status: int, words: str
) -> None:
    # Without the mark `django_db` any query fails this test.
    response = failed(error, rf.get(LIST))

    assert response.status_code == status
    text = response.content.decode()
    assert words in text
    assert LOOK in text
    assert WAY_BACK in text
    assert "secret" not in text


def test_a_request_that_cannot_be_understood(desk: Client) -> None:
    response = desk.get("/admin/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert LOOK in response.content.decode()


def test_the_way_out_leads_back_in(desk: Client) -> None:
    response = desk.post("/admin/logout/")

    text = response.content.decode()
    assert "You are signed out" in text
    assert 'href="/admin/login/"' in text


def test_the_sign_in_page_says_who_may_not_open_what_was_asked_for(
    open_as: Callable[[User], Client], bob: User
) -> None:
    response = open_as(bob).get(LIST, follow=True)

    text = response.content.decode()
    assert "You are signed in as bob, who may not open this page." in text
    assert f'name="next" value="{LIST}"' in text


def test_the_sign_in_page_brings_back_to_what_was_asked_for(superuser: User) -> None:
    client = Client()
    page: Any = client.get(LIST, follow=True)
    sent = {"username": "admin", "password": "admin", "next": page.context["next"]}

    response = client.post(page.context["app_path"], sent)

    assert response["Location"] == LIST
