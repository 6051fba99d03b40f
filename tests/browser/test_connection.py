"""The chip tells the truth, and the page finds back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.processes import Processes

from .site import Site, badge, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page


def chip(page: Page) -> Locator:
    return page.locator("live-connection")


@pytest.fixture
def site(processes: Processes) -> Site:
    """A server of its own, to be killed."""
    return Site(processes.web())


def kill_web(processes: Processes) -> None:
    [web] = [process for process in processes.running if "web" in process.log.name]
    web.kill()


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

    expect(chip(page)).to_have_attribute("data-state", "live", timeout=60_000)
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
    expect(chip(page)).to_have_attribute("data-state", "live", timeout=40_000)


def test_an_ended_session_is_told_with_the_way_to_sign_in(
    processes: Processes, site: Site, page: Page
) -> None:
    open_list(page)
    Session.objects.all().delete()
    page.context.set_offline(True)
    expect(chip(page)).to_contain_text("Offline")
    page.context.set_offline(False)

    expect(chip(page)).to_contain_text("Signed out", timeout=40_000)
    chip(page).get_by_role("link", name="Sign in").click()
    expect(page.locator("#login-form")).to_be_visible()
