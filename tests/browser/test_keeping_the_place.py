"""The list moves on while somebody reads it, and nobody loses their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import LIST, Site, badge, open_list, row_of, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

BLURS = "addEventListener('focusout', () => (window.blurs = (window.blurs ?? 0) + 1))"


def test_new_rows_wait_behind_a_bar_while_somebody_uses_the_table(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task(title="first")
    open_list(page)
    page.locator("[data-rows] input").check()

    new = make_task(title="second")

    bar = page.locator("[data-update]")
    expect(bar).to_have_text("1 change waiting: update the list")
    expect(row_of(page, new)).to_have_count(0)
    bar.click()
    expect(row_of(page, new)).to_be_visible()
    expect(bar).to_be_hidden()


def test_a_merge_keeps_focus_tick_and_node(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="first")
    open_list(page)
    row = row_of(page, task)
    row.locator("input").check()
    row.locator("[data-verb=cancel]").focus()
    row.evaluate("(row) => (row.mine = true)")
    page.evaluate(BLURS)
    other = make_task(title="second")
    lifecycle.pause(task, origin=ORIGIN)
    expect(page.locator("[data-update]")).to_be_visible()

    page.evaluate("document.querySelector('live-list').update()")

    expect(row_of(page, other)).to_be_visible()
    expect(badge(row)).to_have_text("Paused")
    expect(row.locator("[data-verb=cancel]")).to_be_focused()
    expect(row.locator("input")).to_be_checked()
    assert row.evaluate("(row) => row.mine")
    assert page.evaluate("window.blurs ?? 0") == 0


def test_a_row_that_leaves_the_filter_stays_and_says_so(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page, "?status=pending")

    lifecycle.cancel(task, origin=ORIGIN)

    row = row_of(page, task)
    expect(row).to_have_attribute("data-left", "left this filter")
    expect(badge(row)).to_have_text("Cancelled")
    page.locator("[data-update]").click()
    expect(row).to_have_count(0)
    expect(page.locator("[data-empty]")).to_contain_text("No task matches")


def test_a_deleted_task_stays_marked_until_the_list_is_updated(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = lifecycle.cancel(make_task(title="orders"), origin=ORIGIN)
    open_list(page)

    lifecycle.delete(task)

    expect(row_of(page, task)).to_have_attribute("data-left", "deleted")
    page.locator("[data-update]").click()
    expect(row_of(page, task)).to_have_count(0)


def test_pause_holds_changes_and_resume_draws_them(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    chip = page.locator("live-connection")
    chip.get_by_role("button", name="Pause").click()

    lifecycle.cancel(task, origin=ORIGIN)

    expect(chip).to_contain_text("Paused, 1 change held")
    expect(badge(row_of(page, task))).to_have_text("Pending")
    chip.get_by_role("button", name="Resume").click()
    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    expect(chip).to_have_attribute("data-state", "live")


def test_two_tabs_see_the_same(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    alice: User,
    make_task: Callable[..., Task],
) -> None:
    task = make_task(title="orders")
    one, two = open_as(staff), open_as(staff)
    for tab in (one, two):
        open_list(tab)

    row_of(one, task).locator("[data-verb=cancel]").click()

    for tab in (one, two):
        expect(badge(row_of(tab, task))).to_have_text("Cancelled")
        expect(row_of(tab, task).locator("[data-verb=retry]")).to_be_visible()


def test_a_task_deleted_while_its_page_is_open_is_told_there(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = lifecycle.cancel(make_task(title="orders"), origin=ORIGIN)
    page.goto(f"{LIST}{task.pk}/change/")
    watching(page)

    lifecycle.delete(task)

    expect(page.locator("[data-field=error]")).to_contain_text("This task was deleted")


def test_a_page_that_missed_nothing_fetches_nothing_when_it_comes_back(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    page.locator("[data-watching=filter]").wait_for()  # both watches are answered
    chip = page.locator("live-connection")
    page.context.set_offline(True)
    expect(chip).to_contain_text("Offline")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.context.set_offline(False)

    expect(page.locator(".toast")).to_contain_text("this list is up to date")
    assert fetched == []
    lifecycle.pause(task, origin=ORIGIN)
    expect(badge(row_of(page, task))).to_have_text("Paused")
