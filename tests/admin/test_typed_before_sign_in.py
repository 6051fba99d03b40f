"""What was typed outlives the session, for who typed it and for nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client, RequestFactory

from tasks_app.admin.keeping import form_token, packed, remember
from tasks_app.models import Task, Upload
from tests.conftest import person

from .places import NEW
from .test_new_task import FILES, stored, table

if TYPE_CHECKING:
    from django.contrib.auth.models import User

COUNT = f"{NEW}?operation=workshop.count"
THERE_AGAIN = "What you had typed is here again"


class Browser:
    """Somebody's, that checks tokens as a real server does."""

    def __init__(self, user: User) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user)
        page: Any = self.client.get(COUNT)
        self.form = {
            "csrfmiddlewaretoken": str(page.context["csrf_token"]),
            "form": page.context["form"].token,
        }

    def lose_session(self) -> None:
        del self.client.cookies["sessionid"]

    def send(self, address: str = COUNT, **typed: Any) -> Any:
        fields = {name.replace("__", "."): value for name, value in typed.items()}
        return self.client.post(address, {**self.form, **fields})

    def sign_in(self, page: Any, name: str, password: str = "") -> Any:
        """Fill in the sign-in page as it is, and go where it leads."""
        text = page.content.decode()
        inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
        hidden = dict(inputs)
        if form := re.search(r'name="typed" value="([^"]*)"', text):
            hidden["typed"] = form[1]
        sent = {**hidden, "username": name, "password": password or name}
        address = page.context["app_path"]
        return self.client.post(address, sent, follow=True)


@pytest.fixture
def theirs(superuser: User) -> Browser:
    """The browser of admin, whose session has just ended."""
    opened = Browser(superuser)
    opened.lose_session()
    return opened


def values(response: Any) -> dict[str, str]:
    return {each.key: each.value for each in response.context["form"].controls}


def test_what_was_typed_is_there_again_after_the_sign_in(theirs: Browser) -> None:
    page = theirs.send(params__to="77", params__mark="<b>", title="August")

    assert page.status_code == 200
    assert "You were signed out." in page.content.decode()
    back = theirs.sign_in(page, "admin")

    typed = values(back)
    assert back.request["QUERY_STRING"] == "operation=workshop.count"
    assert (typed["params.to"], typed["params.mark"]) == ("77", "<b>")
    assert typed["title"] == "August"
    assert THERE_AGAIN in back.content.decode()
    assert not Task.objects.exists()


def test_it_is_shown_once(theirs: Browser) -> None:
    theirs.sign_in(theirs.send(params__to="77"), "admin")

    assert values(theirs.client.get(COUNT))["params.to"] == "10"


def test_it_survives_a_wrong_password(theirs: Browser) -> None:
    page = theirs.send(params__to="77")

    again = theirs.sign_in(page, "admin", "wrong")
    back = theirs.sign_in(again, "admin")

    assert values(back)["params.to"] == "77"


def test_files_are_not_kept_and_the_page_says_so(theirs: Browser) -> None:
    before = stored()

    page = theirs.send(FILES, file=[table("a.tsv"), table("b.tsv")], title="August")
    back = theirs.sign_in(page, "admin")

    assert "Files are not: choose them again." in page.content.decode()
    assert "Choose the files again." in back.content.decode()
    assert not page.wsgi_request.FILES
    assert not Upload.objects.exists()
    assert stored() == before


def test_somebody_else_is_not_shown_what_was_typed(theirs: Browser) -> None:
    person("clerk", is_staff=True)
    page = theirs.send(params__to="77", params__mark="secret")

    back = theirs.sign_in(page, "clerk")

    text = back.content.decode()
    assert values(back)["params.to"] == "10"
    assert "secret" not in text
    assert "belongs to somebody else" in text
    assert "typed" not in str(dict(theirs.client.session))


def test_before_the_sign_in_the_server_keeps_nothing(theirs: Browser) -> None:
    before = set(Session.objects.values_list("pk", flat=True))

    page = theirs.send(params__to="77")

    assert set(Session.objects.values_list("pk", flat=True)) == before
    assert "sessionid" not in page.cookies
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"csrfmiddlewaretoken": "x" * 32},
        {"form": "made up"},
        {"form": signing.dumps({"user": "1"}, salt="other")},
        {"form": ""},
    ],
)
def test_what_does_not_come_from_a_page_of_ours_is_dropped(
    theirs: Browser, spoil: dict[str, str]
) -> None:
    theirs.form |= spoil

    page = theirs.send(params__to="77")

    assert page.status_code == 302
    assert page["Location"].startswith("/admin/login/?next=")


def test_more_than_anybody_types_is_dropped(theirs: Browser) -> None:
    assert theirs.send(params__mark="x" * 200_000).status_code == 302


def test_a_package_that_was_changed_is_dropped(theirs: Browser) -> None:
    page = theirs.send(params__to="77")
    spoiled = page.content.decode().replace(
        'name="typed" value="', 'name="typed" value="x'
    )
    page.content = spoiled.encode()

    back = theirs.sign_in(page, "admin")

    assert values(back)["params.to"] == "10"


@pytest.mark.parametrize(("age", "is_kept"), [(60, True), (-1, False)])
def test_a_package_counts_no_longer_than_a_session(
    superuser: User, rf: RequestFactory, settings: Any, age: int, is_kept
) -> None:
    form = {"form": form_token(superuser), "params.to": "77"}
    package = packed(rf.post(COUNT, form))
    request: Any = rf.post("/admin/login/")
    request.session = {}

    settings.SESSION_COOKIE_AGE = age
    remember(request, superuser, package)

    assert bool(request.session) is is_kept


def test_who_may_not_open_the_page_keeps_nothing_in_its_session(
    theirs: Browser, bob: User
) -> None:
    page = theirs.send(params__to="77")

    refused = theirs.sign_in(page, "bob")

    assert "admin" in refused.request["PATH_INFO"]
    assert "sessionid" not in theirs.client.cookies


def test_who_signed_in_elsewhere_meanwhile_is_shown_the_form_again(
    superuser: User,
) -> None:
    theirs = Browser(superuser)
    theirs.form["csrfmiddlewaretoken"] = "a" * 64  # the sign-in renewed it

    page = theirs.send(params__to="77")

    assert page.status_code == 400
    assert values(page)["params.to"] == "77"
    assert "You signed in again after this page was opened" in page.content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "form"}])
def test_without_a_token_another_page_can_neither_start_nor_fill_in_anything(
    superuser: User, headers: dict[str, str]
) -> None:
    theirs = Browser(superuser)
    clerk = person("clerk", is_staff=True)
    theirs.form |= {"csrfmiddlewaretoken": "", "form": Browser(clerk).form["form"]}
    theirs.client.defaults |= {
        f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()
    }

    page = theirs.send(params__to="77")

    assert page.status_code == 403
    assert "unmistakable" not in page.content.decode()
    assert not Task.objects.exists()
