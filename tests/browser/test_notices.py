"""Toasts for now, the bell for later: nobody has to be quick to be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.processes import wait_until

from .site import LIST, NEW, Site, frames, is_in_state, open_list, press, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Locator, Page

    from tasks_app.models import Task


def bell(page: Page) -> Locator:
    return page.locator("notice-bell")


def tell(page: Page, text: str, kind: str = "success") -> None:
    """Show a toast as a module of the page would."""
    script = "async (toast) => (await import('/static/js/notices.js')).toast(...toast)"
    page.evaluate(script, [text, kind])


def test_the_end_of_an_own_task_is_told_on_every_page_and_kept_under_the_bell(
    site: Site, page: Page, staff: User, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed(title="orders", owner=staff)
    page.goto(NEW)
    is_in_state(page, "live")
    lifecycle.fail(task, code="x", message="The till is closed.")

    toast = page.locator(".toast[data-kind=error]")
    expect(toast).to_contain_text("“orders” has failed. The till is closed.")
    expect(page.locator("#warned")).to_contain_text("“orders” has failed.")
    expect(bell(page).locator("[data-words]")).to_have_text("Notices, 1 unread")
    page.goto(LIST)
    bell(page).locator("summary").click()
    expect(bell(page).locator("[data-words]")).to_have_text("Notices")
    bell(page).get_by_role("link", name="“orders” has failed.").click()
    expect(page).to_have_url(re.compile(f"{task.pk}/change/$"))


def test_the_bell_is_used_with_the_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(NEW)
    is_in_state(page, "live")
    tell(page, "“orders” is cancelled.")
    summary = bell(page).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")

    entry = bell(page).locator("[data-notices] li")
    expect(entry).to_contain_text("“orders” is cancelled.")
    expect(entry.locator("time")).to_have_text("just now")
    page.keyboard.press("Tab")
    expect(bell(page).get_by_role("button", name="Clear")).to_be_focused()
    page.keyboard.press("Enter")
    expect(entry).to_have_count(0)
    expect(bell(page)).to_contain_text("Nothing yet.")
    expect(summary).to_be_focused()
    page.keyboard.press("Escape")
    expect(bell(page).locator(".menu-panel")).to_be_hidden()


def test_a_success_goes_by_itself_unless_somebody_is_at_it(
    site: Site, page: Page
) -> None:
    page.clock.install()
    page.goto(NEW)
    is_in_state(page, "live")
    tell(page, "This is done.")
    tell(page, "This is not.", "error")
    success = page.locator(".toast[data-kind=success]")
    success.get_by_role("button", name="Close").focus()
    page.clock.fast_forward(10_000)
    expect(success).to_be_visible()
    page.locator(".toast[data-kind=error] button").focus()
    page.clock.run_for(10_000)

    expect(success).to_have_count(0)
    expect(page.locator(".toast[data-kind=error]")).to_be_visible()


def test_four_toasts_at_once_and_an_error_is_not_pushed_out(
    site: Site, page: Page
) -> None:
    page.goto(NEW)
    is_in_state(page, "live")
    # At once, since they go by themselves after six seconds.
    page.evaluate(
        """async () => {
          const { toast } = await import('/static/js/notices.js');
          toast('This is not done.', 'error');
          for (let number = 0; number < 22; number++) {
            toast(`notice ${number}`, 'success');
          }
        }"""
    )

    expect(page.locator(".toast")).to_have_count(4)
    expect(page.locator(".toast").first).to_contain_text("This is not done.")
    bell(page).locator("summary").click()
    expect(bell(page).locator("li")).to_have_count(20)


def test_those_who_listen_hear_a_summary_every_five_seconds(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    tasks = [make_task(title=f"task {number}") for number in range(3)]
    heard = frames(page, "framereceived")
    page.clock.install()
    open_list(page)
    # Five seconds of a busy machine would be over too soon: they pass when we say so.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    for task in tasks:
        heard.clear()
        lifecycle.cancel(task, origin=ORIGIN)
        wait_until(
            lambda: page.evaluate("true") and '"status":"cancelled"' in "".join(heard)
        )
        page.clock.run_for(500)
        expect(row_of(page, task)).to_have_attribute("data-status", "cancelled")

    expect(page.locator("#spoken")).to_be_empty()
    page.clock.run_for(5_000)
    expect(page.locator("#spoken")).to_have_text("3 cancelled")


def test_a_toast_about_a_task_leads_to_it(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    press(row_of(page, task), "pause")
    page.locator(".toast").get_by_role("link", name="Open").click()

    expect(page).to_have_url(re.compile(f"{task.pk}/change/$"))
