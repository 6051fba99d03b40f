"""Buttons: what they ask for happens, and what came of it is told in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.events import Origin
from tasks_app.models import Task
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.processes import wait_for_status

from .site import Site, badge, open_list, press, row_of, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

CRON = Origin("cron", "schedule")


def toasts(page: Page) -> str:
    return " ".join(page.locator(".toast").all_inner_texts())


def test_a_running_task_is_cancelled_from_the_list(
    working_site: Site, page: Page
) -> None:
    task = submit(operation="workshop.slow", owner=None, origin=CRON)
    open_list(page)
    row = row_of(page, task)
    expect(badge(row)).to_have_text("Processing")

    press(row, "cancel")

    expect(page.locator(".toast")).to_contain_text(
        "“Slow” will be cancelled at its next checkpoint."
    )
    expect(badge(row)).to_have_text("Cancelled")
    wait_for_status(task, "cancelled")


def test_a_failed_task_is_retried_from_the_list(working_site: Site, page: Page) -> None:
    task = submit(operation="workshop.refuse", owner=None, origin=CRON)
    open_list(page)
    row = row_of(page, task)
    expect(badge(row)).to_have_text("Failed")
    expect(row).to_contain_text("The till is closed.")

    press(row, "retry")

    expect(page.locator(".toast")).to_contain_text("“Refuse” will run again.")
    wait_for_status(task, "failed")
    expect(row.locator("[data-field=attempt]")).to_have_text("2")


def test_a_waiting_task_is_paused_and_resumed_on_its_page(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    page.goto(f"/admin/tasks_app/task/{task.pk}/change/")
    watching(page)

    press(page, "pause")
    expect(badge(page.locator(".titlebar"))).to_have_text("Paused")
    expect(page.locator(".timeline")).to_contain_text("Paused by staff.")
    press(page, "resume")

    expect(badge(page.locator(".titlebar"))).to_have_text("Pending")
    assert Task.objects.get().status == "pending"


def test_an_action_that_comes_too_late_is_told_in_words(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    page.get_by_role("button", name="Pause", exact=True).click()  # the page holds still
    lifecycle.cancel(task, origin=ORIGIN)

    press(row_of(page, task), "pause")

    expect(page.locator(".toast")).to_contain_text(
        "“orders” was not paused: it is already cancelled."
    )


def test_an_action_without_a_network_is_sent_when_there_is_one(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    page.context.set_offline(True)
    press(row_of(page, task), "cancel")
    expect(page.locator(".toast")).to_contain_text("sent as soon as it can be")
    expect(row_of(page, task)).to_have_attribute("data-pending", "cancel")
    page.context.set_offline(False)

    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    expect(page.locator("[data-pending]")).to_have_count(0)
    expect(page.locator(".toast")).to_have_text(re.compile("“orders” is cancelled."))


def test_a_button_with_the_focus_stays_until_the_focus_leaves(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    button = row_of(page, task).locator("[data-verb=pause]")
    button.focus()
    lifecycle.cancel(task, origin=ORIGIN)

    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    page.locator("input[name=search]").focus()
    expect(button).to_be_hidden()


def test_everything_works_without_scripts(
    open_as: Callable[..., Page],
    staff: User,
    site: Site,
    make_task: Callable[..., Task],
) -> None:
    task = make_task(title="orders")
    page = open_as(staff, java_script_enabled=False)
    page.goto("/admin/tasks_app/task/")

    press(row_of(page, task), "cancel")

    expect(page.locator(".messagelist")).to_contain_text("“orders” is cancelled.")
    assert Task.objects.get().status == "cancelled"
    page.get_by_label("Search", exact=True).fill("orders")
    page.get_by_role("button", name="Search").click()
    expect(row_of(page, task)).to_be_visible()
