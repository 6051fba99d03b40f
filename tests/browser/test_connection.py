"""The chip tells the truth, and the page finds back to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.processes import Processes, wait_until

from .site import Site, badge, chip, frames, is_in_state, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page


@pytest.fixture
def site(processes: Processes) -> Site:
    """A server of its own, to be killed."""
    return Site(processes.web())


def kill_web(processes: Processes) -> None:
    for process in processes.running:
        if "web" in process.log.name and process.alive:
            process.kill()


def try_again(page: Page) -> None:
    """Press the button, and wait until that try has failed too."""
    chip(page).get_by_role("button", name="Reconnect now").click()
    expect(chip(page)).to_have_text(re.compile("Reconnecting in|Slow"))


def test_a_killed_server_is_missed_and_found_again_with_nothing_lost(
    processes: Processes, site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    changed, gone = make_task(title="changed"), make_task(title="gone")
    lifecycle.cancel(gone, origin=ORIGIN)
    open_list(page)
    row_of(page, changed).locator("input").check()  # rows would wait behind the bar
    kill_web(processes)

    expect(chip(page)).to_have_attribute("data-state", "reconnecting")
    expect(chip(page)).to_contain_text("Reconnecting in")
    expect(chip(page).get_by_role("button", name="Reconnect now")).to_be_visible()
    lifecycle.cancel(changed, origin=ORIGIN)
    lifecycle.delete(gone)
    new = make_task(title="new")
    processes.web(port=site.port)

    expect(chip(page)).to_have_attribute("data-state", "live")
    expect(page.locator(".toast")).to_contain_text("this list is up to date")
    expect(badge(row_of(page, changed))).to_have_text("Cancelled")
    expect(row_of(page, changed).locator("input")).to_be_checked()
    expect(row_of(page, gone)).to_have_count(0)
    shown = page.locator("[data-rows] tr").evaluate_all(
        "(rows) => rows.map((row) => [row.dataset.id, row.dataset.status])"
    )
    rows = Task.objects.values_list("pk", "status")
    assert shown == [[str(pk), status] for pk, status in rows]
    assert shown[0][0] == str(new.pk)


def test_without_a_network_the_chip_says_offline(site: Site, page: Page) -> None:
    open_list(page)
    page.context.set_offline(True)

    expect(chip(page)).to_contain_text("Offline")
    page.context.set_offline(False)
    expect(chip(page)).to_have_attribute("data-state", "live")


def test_an_ended_session_is_told_with_the_way_to_sign_in(
    processes: Processes, site: Site, page: Page
) -> None:
    open_list(page)
    Session.objects.all().delete()
    page.context.set_offline(True)
    expect(chip(page)).to_contain_text("Offline")
    page.context.set_offline(False)

    expect(chip(page)).to_contain_text("Signed out")
    chip(page).get_by_role("link", name="Sign in").click()
    expect(page.locator("#login-form")).to_be_visible()


def test_signing_out_in_one_tab_is_told_in_the_others(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")
    open_list(page)
    other = page.context.new_page()
    open_list(other)
    other.locator(".person summary").click()
    other.get_by_role("button", name="Sign out").click()

    expect(chip(page)).to_contain_text("Signed out")
    expect(page.locator("#warned")).to_contain_text("You are signed out")
    expect(page.get_by_role("link", name="orders", exact=True)).to_be_visible()


def test_a_page_does_not_go_on_as_somebody_else(
    site: Site, page: Page, staff: User, superuser: User
) -> None:
    open_list(page)
    page.context.set_offline(True)
    client = Client()
    client.force_login(superuser)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": site.url}]
    )
    page.context.set_offline(False)

    is_in_state(page, "other")
    expect(chip(page)).to_contain_text("Another person is signed in")
    chip(page).get_by_role("button", name="Reload").click()
    is_in_state(page, "live")
    expect(page.locator(".person summary")).to_contain_text("admin")


def test_a_new_version_is_offered_and_never_forced(
    processes: Processes, site: Site, page: Page
) -> None:
    open_list(page)
    page.evaluate("window.mine = true")
    kill_web(processes)
    is_in_state(page, "reconnecting")
    processes.web(port=site.port, BUILD="the-next-one")

    is_in_state(page, "outdated")
    expect(chip(page)).to_contain_text("New version")
    expect(chip(page).get_by_role("button", name="Pause")).to_be_visible()
    assert page.evaluate("window.mine")
    chip(page).get_by_role("button", name="Reload").click()
    is_in_state(page, "live")
    assert not page.evaluate("window.mine ?? false")


def test_where_sockets_do_not_get_through_the_page_is_updated_slowly(
    processes: Processes, site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    changed, gone = make_task(title="changed"), make_task(title="gone")
    lifecycle.cancel(gone, origin=ORIGIN)
    open_list(page)
    row_of(page, changed).locator("input").check()
    kill_web(processes)
    is_in_state(page, "reconnecting")
    processes.web(port=site.port, server="socketless")
    for _ in range(3):
        try_again(page)

    is_in_state(page, "slow")
    lifecycle.cancel(changed, origin=ORIGIN)
    expect(badge(row_of(page, changed))).to_have_text("Cancelled")
    expect(row_of(page, changed).locator("input")).to_be_checked()
    new = make_task(title="new")
    bar = page.locator("[data-update]")
    expect(bar).to_have_text(re.compile("^1 change waiting"))
    expect(row_of(page, new)).to_have_count(0)

    kill_web(processes)
    processes.web(port=site.port)
    is_in_state(page, "live")


def test_a_hidden_tab_watches_nothing_and_misses_nothing(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    sent = frames(page, "framesent")
    task = make_task(title="orders")
    page.clock.install()
    open_list(page)
    page.locator("[data-watching=filter]").wait_for()
    hide(page, hidden=True)
    page.clock.fast_forward(61_000)
    wait_until(lambda: page.evaluate("1") and "unsubscribe" in str(sent))
    sent.clear()

    lifecycle.pause(task, origin=ORIGIN)
    lifecycle.cancel(Task.objects.get(), origin=ORIGIN)
    hide(page, hidden=False)

    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    assert "after" in str(sent)


def hide(page: Page, *, hidden: bool) -> None:
    """Let the page believe that its tab is hidden; a headless browser shows all."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden',"
        " { configurable: true, get: () => hidden });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
