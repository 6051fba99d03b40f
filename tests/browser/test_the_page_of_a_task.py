"""The page of one task while it waits, runs, fails and goes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, fresh
from tests.processes import wait_until

from .site import LIST, Site, badge, press, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

FAILED: dict[str, Any] = {"code": "x", "message": "It broke.", "detail": "in line 7"}


def open_page(page: Page, task: Task) -> None:
    page.goto(f"{LIST}{task.pk}/change/")
    watching(page)


@pytest.fixture
def failed(make_claimed: Callable[..., Task]) -> Task:
    """A task of alice's that failed."""
    task = make_claimed("workshop.count", params={"to": 3}, title="till")
    return lifecycle.fail(task, code="x", message="It broke.", detail="in line 7")


def test_the_bar_tells_how_fast_it_goes_and_how_long_it_takes(
    site: Site, page: Page, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed(title="ledger")
    open_page(page, task)
    pace = page.locator("[data-field=pace]")
    expect(pace).to_be_hidden()

    for number in range(1, 5):
        task = lifecycle.progress(task, current=100 * number, total=9000, message="")
        expect(page.locator("[data-field=measure]")).to_have_text(f"{number} %")
        page.wait_for_timeout(700)  # a rate is of time

    expect(pace).to_have_text(re.compile(r"^\d+ a second, (about \d+ (s|min)) left$"))
    expect(page.locator("[data-field=tries]")).to_have_text("Attempt 1 of 3")
    lifecycle.complete(task, result=None)
    expect(badge(page.locator(".titlebar"))).to_have_text("Completed")
    expect(pace).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_button_that_goes_moves_none_that_is_pressed(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_task: Callable[..., Task],
    width: int,
) -> None:
    task = make_task(title="orders")
    page = open_as(staff, viewport={"width": width, "height": 800})
    open_page(page, task)
    here = page.locator(".titlebar")

    press(page, "pause")
    expect(badge(here)).to_have_text("Paused")
    press(page, "resume")
    expect(badge(here)).to_have_text("Pending")
    press(page, "cancel")
    expect(badge(here)).to_have_text("Cancelled")
    press(page, "retry")
    expect(badge(here)).to_have_text("Pending")


def test_why_it_waits_is_told_as_it_changes(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(queue="lonely")
    open_page(page, task)
    waits = page.locator("[data-part=waits]")
    expect(waits).to_contain_text("No worker serves the queue “lonely”.")

    def is_served() -> bool:
        lifecycle.note_worker(name="w@h:1", queues=["lonely"], slots=1)
        return "The broker was not told of it yet." in waits.inner_text()

    wait_until(is_served, what="the page to know of the worker")
    lifecycle.pause(task, origin=ORIGIN)
    expect(waits).to_contain_text("Paused by alice")

    running = claim(lifecycle.resume(fresh(task), origin=ORIGIN))
    expect(waits).to_be_empty()
    lifecycle.release(running, delay=600, code="x", message="It was busy.")
    expect(waits).to_contain_text("Attempt 1 of 3 failed. The next try is in 9 min")


def test_what_is_waited_for_counts_down(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    open_page(page, make_task(not_before=timezone.now() + timedelta(seconds=59)))

    left = page.locator("time[data-until]")
    expect(left).to_have_text(re.compile(r"^\d+ s$"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    assert int(left.inner_text().split()[0]) < int(before.split()[0])


def test_a_refresh_keeps_what_is_open_focused_and_selected(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    for _ in range(2):
        lifecycle.release(claim(task), delay=0, **FAILED)
    open_page(page, task)
    first = page.locator("[data-key=attempt-1]")
    first.locator("summary").click()
    page.locator("[data-key=attempt-2] summary").click()  # the open one is closed
    first.locator("pre").focus()
    page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#task-id'))"
    )

    held = claim(task)

    expect(page.locator("[data-key=attempt-3]")).to_contain_text("Running")
    expect(first.locator("details")).to_have_attribute("open", "")
    expect(first.locator("pre")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == str(task.pk)
    closed = page.locator("[data-key=attempt-2] details")
    assert closed.get_attribute("open") is None
    lifecycle.complete(held, result=None)
    expect(page.locator("[data-key=attempt-3]")).to_contain_text("Completed")
    expect(first.locator("pre")).to_be_focused()


def test_a_retry_with_changes_tells_what_is_wrong_and_then_begins(
    site: Site, page: Page, failed: Task
) -> None:
    open_page(page, failed)
    page.get_by_role("link", name="Retry with changes…").click()
    field = page.get_by_label("To")
    expect(field).to_have_value("3")
    page.locator("form[data-retry]").evaluate("(form) => (form.noValidate = true)")
    field.fill("1.5")
    page.get_by_role("button", name="Start the new task").click()

    expect(page.get_by_role("alert").first).to_contain_text("Nothing was started.")
    expect(page.locator(".errors")).to_have_text("Must be a whole number.")
    expect(field).to_have_value("1.5")
    field.fill("4")
    page.get_by_role("button", name="Start the new task").click()

    watching(page)
    expect(page.locator("[data-key=facts]")).to_contain_text("Retries")
    made = Task.objects.exclude(pk=failed.pk).get()
    assert page.url.endswith(f"{made.pk}/change/")
    assert (made.params["to"], made.retry_of) == (4, failed)


def test_the_keyboard_alone_deletes_after_asking(
    site: Site, page: Page, failed: Task
) -> None:
    open_page(page, failed)
    opener = page.get_by_role("link", name="Delete…")
    dialog = page.get_by_role("dialog")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Delete “till”?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # on “Keep it”
    expect(dialog).to_be_hidden()
    assert Task.objects.count() == 1

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"{LIST}$"))
    expect(page.locator("body")).to_contain_text("“till” is deleted")
    response = page.goto(f"{LIST}{failed.pk}/change/")
    assert response is not None
    assert response.status == 410
    expect(page.locator(".gone")).to_contain_text("This task was deleted")


def test_the_id_and_the_details_are_copied(
    site: Site, page: Page, failed: Task
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, failed)

    for name, text in {"the id": str(failed.pk), "the details": "in line 7"}.items():
        page.get_by_role("button", name=f"Copy {name}").click()
        expect(page.locator(".toast").last).to_contain_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == text


def test_it_is_asked_without_scripts_too(
    site: Site, open_as: Callable[..., Page], staff: User, failed: Task
) -> None:
    page = open_as(staff, java_script_enabled=False)
    page.goto(f"{LIST}{failed.pk}/change/")
    expect(page.get_by_role("button", name="Copy the id")).to_be_hidden()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()

    expect(page.locator("body")).to_contain_text("“till” is deleted")


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_page_never_scrolls_sideways(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_claimed: Callable[..., Task],
    width: int,
) -> None:
    long = "a-very-long-name-of-a-file-without-any-space-" * 4
    task = make_claimed(title=long)
    lifecycle.fail(task, code="x", message=long, detail=long * 3)
    page = open_as(staff, viewport={"width": width, "height": 800})

    for path in ("change", "retry", "remove"):
        page.goto(f"{LIST}{task.pk}/{path}/")

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
