"""Pills, search, menus and sorting: all of it ends up in the URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import Site, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def shows(page: Page, *titles: str) -> None:
    """Wait until the list has these rows; the address is there before they are."""
    expect(page.locator("[data-rows] [data-title]")).to_have_text(titles)


def test_a_pill_shows_one_status_and_how_many_there_are(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    waiting, cancelled = make_task(title="waiting"), make_task(title="cancelled")
    lifecycle.cancel(cancelled, origin=ORIGIN)
    open_list(page)

    pill = page.locator(".pills [data-status=cancelled]")
    expect(pill.locator("b")).to_have_text("1")
    pill.click()

    expect(page).to_have_url(re.compile(r"\?status=cancelled$"))
    expect(row_of(page, cancelled)).to_be_visible()
    expect(row_of(page, waiting)).to_have_count(0)


def test_slash_goes_to_the_search_and_enter_searches(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders of May")
    make_task(title="invoices")
    open_list(page)

    page.keyboard.press("/")
    page.keyboard.type("orders")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"\?search=orders$"))
    shows(page, "orders of May")


def test_a_search_without_a_find_says_what_to_do(site: Site, page: Page) -> None:
    open_list(page, "?search=nowhere")

    expect(page.locator("[data-empty]")).to_contain_text("No task matches")
    page.get_by_role("link", name="Show all tasks").click()
    expect(page).to_have_url(re.compile(r"/task/\??$"))


def test_a_menu_applies_at_once(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task("workshop.echo", title="an echo")
    make_task("workshop.count", title="a count")
    open_list(page)

    page.locator("select[name=operation]").select_option("workshop.count")

    expect(page).to_have_url(re.compile(r"\?operation=workshop\.count$"))
    shows(page, "a count")


def test_headings_sort_by_date_and_status(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task(title="older")
    lifecycle.cancel(make_task(title="newer"), origin=ORIGIN)
    open_list(page)
    shows(page, "newer", "older")

    page.get_by_role("link", name="Created").click()
    expect(page.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    shows(page, "older", "newer")

    page.get_by_role("link", name="Status").click()
    expect(page.locator(".c-status[aria-sort]")).to_be_visible()
    shows(page, "newer", "older")  # cancelled before pending
