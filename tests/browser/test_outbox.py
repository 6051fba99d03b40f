"""What a person asked for is done once, whatever the network, page and session do."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import LIST, NEW, Site, badge, chip, is_in_state, open_list, press, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page, Request


@pytest.fixture
def posts(page: Page) -> list[Request]:
    """The actions that the page has sent, or tried to."""
    sent: list[Request] = []

    def note(asked: Request) -> None:
        if asked.method == "POST":
            sent.append(asked)

    page.on("request", note)
    return sent


def paths(posts: list[Request]) -> list[str]:
    return [asked.url.rpartition("/tasks/")[2] for asked in posts]


def cancelled(task: Task) -> int:
    """How often it happened."""
    return task.events.filter(kind="status", to_status="cancelled").count()


def waiting(page: Page) -> None:
    """Open the list of what waits."""
    chip(page).locator("summary").click()


def sign_in(page: Page, name: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", name)
    page.get_by_role("button", name="Sign in").click()


def test_two_actions_without_a_network_become_two_requests(
    site: Site, page: Page, make_task: Callable[..., Task], posts: list[Request]
) -> None:
    one, two = make_task(title="invoices"), make_task(title="orders")
    open_list(page)
    page.context.set_offline(True)
    press(row_of(page, one), "cancel")
    press(row_of(page, two), "pause")
    expect(chip(page)).to_contain_text(re.compile(r"Offline\s+2 waiting"))
    lifecycle.cancel(two, origin=ORIGIN)
    assert posts == []
    page.context.set_offline(False)

    is_in_state(page, "live")
    told = page.locator("#toasts")
    expect(told).to_contain_text("“invoices” is cancelled.")
    expect(told).to_contain_text("“orders” was not paused: it is already cancelled.")
    assert paths(posts) == [f"{one.pk}/cancel/", f"{two.pk}/pause/"]
    expect(chip(page).locator("waiting-actions")).to_be_hidden()
    assert cancelled(one) == 1


def test_what_waits_can_be_taken_back(
    site: Site, page: Page, make_task: Callable[..., Task], posts: list[Request]
) -> None:
    one, two = make_task(title="invoices"), make_task(title="orders")
    open_list(page)
    page.context.set_offline(True)
    press(row_of(page, one), "cancel")
    press(row_of(page, two), "cancel")
    waiting(page)
    page.get_by_role("button", name="Undo: Cancel “invoices”").click()

    expect(page.get_by_role("button", name="Undo: Cancel “orders”")).to_be_focused()
    expect(row_of(page, one)).not_to_have_attribute("data-pending", "cancel")
    page.context.set_offline(False)
    expect(badge(row_of(page, two))).to_have_text("Cancelled")
    assert paths(posts) == [f"{two.pk}/cancel/"]
    assert Task.objects.get(pk=one.pk).status == "pending"


def test_another_page_sends_what_this_one_could_not(
    site: Site, page: Page, make_task: Callable[..., Task], posts: list[Request]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    page.route("**/cancel/", lambda route: route.abort())
    press(row_of(page, task), "cancel")
    expect(chip(page)).to_contain_text("1 waiting")
    page.unroute("**/cancel/")
    page.goto(NEW)

    expect(page.locator(".toast")).to_contain_text("“orders” is cancelled.")
    keys = {asked.headers["idempotency-key"] for asked in posts}
    assert len(keys) == 1
    assert set(paths(posts)) == {f"{task.pk}/cancel/"}
    assert cancelled(task) == 1
    page.goto(LIST)
    is_in_state(page, "live")
    expect(chip(page).locator("waiting-actions")).to_be_hidden()


def test_a_reload_without_a_network_loses_nothing(
    site: Site, page: Page, make_task: Callable[..., Task], posts: list[Request]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    page.context.set_offline(True)
    press(row_of(page, task), "cancel")
    expect(chip(page)).to_contain_text("1 waiting")
    with contextlib.suppress(Error):
        page.reload()
    page.context.set_offline(False)
    open_list(page)  # the browser may have come back to it by itself

    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    assert len({asked.headers["idempotency-key"] for asked in posts}) == 1
    assert cancelled(task) == 1


def test_signed_out_it_waits_until_the_same_person_is_back(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page)
    Session.objects.all().delete()
    press(row_of(page, task), "cancel")

    expect(chip(page)).to_contain_text(re.compile(r"Signed out\s+1 waiting"))
    expect(page.locator(".toast")).to_contain_text("when you have signed in again")
    chip(page).get_by_role("link", name="Sign in").click()
    sign_in(page, "staff")
    expect(page.locator(".toast")).to_contain_text("“orders” is cancelled.")
    expect(badge(row_of(page, task))).to_have_text("Cancelled")


def test_it_is_not_done_in_the_name_of_somebody_else(
    site: Site,
    page: Page,
    superuser: User,
    make_task: Callable[..., Task],
    posts: list[Request],
) -> None:
    task = make_task(title="orders")
    open_list(page)
    Session.objects.all().delete()
    press(row_of(page, task), "cancel")
    chip(page).get_by_role("link", name="Sign in").click()
    posts.clear()
    sign_in(page, "admin")

    is_in_state(page, "live")
    expect(chip(page).locator("waiting-actions")).to_be_hidden()
    assert [asked.url for asked in posts if "/tasks/" in asked.url] == []
    assert Task.objects.get().status == "pending"
