"""What is around every page: places, menu and theme, with and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from .site import LIST, NEW, Site, chip, is_in_state, open_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

PHONE: Final[dict[str, Any]] = {"viewport": {"width": 360, "height": 740}}
SMALL = """(least) => [...document.querySelectorAll('#header *, #places *')]
  .filter((node) => node.matches('a, button, summary') && node.checkVisibility())
  .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least)
  .map(([text, box]) => `${text} ${box.width} x ${box.height}`)"""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_has_the_places_in_a_drawer(
    site: Site, open_as: Callable[..., Page], staff: User, *, scripts: bool
) -> None:
    page = open_as(staff, java_script_enabled=scripts, **PHONE)
    page.goto(LIST)
    places = page.get_by_role("navigation", name="Places")
    expect(places).to_be_hidden()

    page.get_by_role("button", name="Places").press("Enter")
    expect(places).to_be_visible()
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    expect(page.get_by_role("button", name="Places")).to_be_focused()
    page.get_by_role("button", name="Places").press("Enter")
    places.get_by_role("link", name="New task").click()

    expect(page).to_have_url(re.compile(f"{NEW}$"))
    expect(places).to_be_hidden()


def test_a_wide_screen_shows_the_places_always(site: Site, page: Page) -> None:
    page.goto(LIST)

    places = page.get_by_role("navigation", name="Places")
    expect(places.get_by_role("link", name="Tasks")).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.get_by_role("button", name="Places")).to_be_hidden()


@pytest.mark.parametrize(("width", "least"), [(360, 40), (1280, 24)])
def test_everything_in_the_shell_is_large_enough_to_hit(
    site: Site, open_as: Callable[..., Page], superuser: User, width: int, least: int
) -> None:
    page = open_as(superuser, viewport={"width": width, "height": 740})
    page.goto(LIST)
    is_in_state(page, "live")
    if width < 768:
        page.get_by_role("button", name="Places").click()

    assert page.evaluate(SMALL, least) == []


@pytest.mark.parametrize("state", ["live", "paused", "offline", "waiting"])
def test_the_header_fits_a_small_phone_in_every_state(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_task: Callable[..., Any],
    state: str,
) -> None:
    make_task(title="orders")
    page = open_as(staff, **PHONE)
    open_list(page)
    if state == "paused":
        chip(page).get_by_role("button", name="Pause").click()
    if state in {"offline", "waiting"}:
        page.context.set_offline(True)
        expect(chip(page)).to_contain_text("Offline")
    if state == "waiting":
        page.locator("[data-rows] [data-verb=cancel]").click()
        chip(page).locator("summary").click()

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    left = page.locator(".drawer-button").bounding_box()
    box = chip(page).bounding_box()
    assert left is not None
    assert box is not None
    assert box["x"] >= left["x"] + left["width"]
    page.context.set_offline(False)


def test_the_theme_is_switched_and_kept(site: Site, page: Page) -> None:
    page.goto(LIST)
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "auto")
    for theme in ("dark", "light", "auto", "dark"):
        page.locator("#user-tools > .theme-toggle").click()
        expect(html).to_have_attribute("data-theme", theme)
        if theme == "dark":
            background = "getComputedStyle(document.body).backgroundColor"
            assert page.evaluate(background) == "rgb(11, 15, 25)"
    page.goto(NEW)

    expect(html).to_have_attribute("data-theme", "dark")


def test_the_keyboard_alone_reaches_and_uses_all_of_the_header(
    site: Site, page: Page
) -> None:
    page.goto(LIST)
    is_in_state(page, "live")
    page.locator("#site-name a").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    is_in_state(page, "paused")
    page.keyboard.press("Enter")
    is_in_state(page, "live")
    page.keyboard.press("Tab")
    expect(page.locator("notice-bell summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#user-tools > .theme-toggle")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".person summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="All pages")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".person summary")).to_be_focused()
    expect(page.get_by_role("link", name="All pages")).to_be_hidden()
