"""No page breaks the security policy, asks another host, or complains on its console.

What a page complained of is looked at when the test ends, see `open_as`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .site import Site, open_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

    from tasks_app.models import Task

PAGES = [
    "",
    "auth/user/",
    "auth/user/add/",
    "auth/group/",
    "password_change/",
    "tasks_app/",
    "tasks_app/alertrule/add/",
    "tasks_app/alertchannel/",
    "tasks_app/apitoken/add/",
    "tasks_app/schedule/",
    "tasks_app/schedule/add/",
    "tasks_app/task/",
    "tasks_app/task/dashboard/",
    "tasks_app/task/new/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_live_and_quiet(
    site: Site, open_as: Callable[..., Page], superuser: User, path: str
) -> None:
    page = open_as(superuser)

    response = page.goto(f"/admin/{path}")

    assert response is not None
    assert response.status == 200
    assert "default-src 'self'" in response.headers["content-security-policy"]
    expect(page.locator("live-connection")).to_have_attribute("data-state", "live")


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1280])
def test_the_list_never_scrolls_sideways(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_task: Callable[..., Task],
    width: int,
) -> None:
    make_task(title="a-very-long-name-of-a-file-without-any-space-" * 4)
    page = open_as(staff, viewport={"width": width, "height": 800})
    open_list(page)

    overhang = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overhang) <= 0
    assert page.locator("[data-title]").bounding_box()["width"] >= 60  # type: ignore[index]


def test_the_keyboard_alone_skips_the_header(site: Site, page: Page) -> None:
    open_list(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#content-start")).to_be_focused()
