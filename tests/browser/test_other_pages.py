"""The admin's other pages: axe finds nothing, and none scrolls sideways on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tasks_app import credentials
from tasks_app.models import ApiToken
from tests.permissions.alerts import alert_rows

from .site import NEW, Site, file
from .test_accessibility import LOOKS, TAGS
from .test_starting_tasks import BROKEN, GOOD, opened, start, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

PAGES = [
    "",
    "auth/",
    "auth/user/",
    "auth/user/add/",
    "auth/user/{user}/change/",
    "auth/user/{user}/password/",
    "auth/user/{user}/history/",
    "auth/user/{user}/delete/",
    "auth/group/",
    "auth/group/add/",
    "password_change/",
    "password_change/done/",
    "tasks_app/alertrule/",
    "tasks_app/alertrule/{rule}/change/",
    "tasks_app/alertchannel/add/",
    "tasks_app/alertchannel/{channel}/change/",
    "tasks_app/incident/",
    "tasks_app/incident/{incident}/change/",
    "tasks_app/delivery/",
    "tasks_app/delivery/{delivery}/change/",
    "tasks_app/apitoken/",
    "tasks_app/apitoken/add/",
    "tasks_app/apitoken/{token}/change/",
    "tasks_app/apitoken/{token}/history/",
    "tasks_app/apitoken/{token}/delete/",
    "nothing/",
]
# Preloading would fetch styles in ways that the security policy forbids.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
OVERHANG = "document.documentElement.scrollWidth - innerWidth"


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = (
        Axe().run(page, options=OPTIONS).response["violations"]
    )
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    scheme, width = request.param
    size = {"width": 360 if width < 768 else width, "height": 844}
    return {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}


@pytest.fixture
def places(superuser: User) -> list[str]:
    """Every address, of rows that are there."""
    token = ApiToken(name="a-very-long-name-without-any-space" * 2, user=superuser)
    credentials.issue_api_token(token, created_by=superuser)
    ids = {"user": superuser.pk, "token": token.pk, **alert_rows()}
    return [f"/admin/{path.format(**ids)}" for path in PAGES]


def test_no_page_keeps_anybody_out(
    site: Site,
    open_as: Callable[..., Page],
    superuser: User,
    places: list[str],
    look: dict[str, Any],
) -> None:
    page = open_as(superuser, **look)
    found: dict[str, object] = {}
    for address in places:
        page.goto(address)
        wrong = violations(page)
        if page.evaluate(OVERHANG) > 0:
            wrong.append("scrolls sideways")
        if wrong:
            found[address] = wrong

    assert found == {}


def test_neither_do_the_doors(
    site: Site, open_as: Callable[..., Page], superuser: User, look: dict[str, Any]
) -> None:
    page = open_as(superuser, **look)
    page.goto("/admin/")
    page.locator("summary", has_text="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout/")
    assert violations(page) == []

    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".trouble")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(OVERHANG) <= 0


def test_nor_does_the_new_task_page_in_any_state(
    site: Site, open_as: Callable[..., Page], staff: User, look: dict[str, Any]
) -> None:
    page = open_as(staff, **look)
    opened(page, f"{NEW}?operation=files.process")
    long = "a-very-long-name-of-a-file-without-any-space-" * 3
    files = [(f"{long}.tsv", GOOD), ("broken.xlsx", BROKEN), ("empty.csv", b"")]
    page.set_input_files("#file", [file(*each) for each in files])
    page.locator(".options summary").click()
    assert violations(page) == []

    start(page)
    expect(told(page)).to_contain_text("Started")
    assert violations(page) == []
    assert page.evaluate(OVERHANG) <= 0

    page.context.set_offline(True)
    expect(told(page)).to_contain_text("You are offline.")
    assert violations(page) == []
    page.context.set_offline(False)

    opened(page, f"{NEW}?operation=workshop.everything")
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Rules").fill("{")
    start(page)
    expect(page.locator("[data-trouble] > div")).to_be_focused()
    assert violations(page) == []
    assert page.evaluate(OVERHANG) <= 0
