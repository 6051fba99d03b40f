"""From page to page with the keyboard alone; the list, its bar and the form of a new
task have tests of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.statistics import catch_up

from .site import Site, badge, open_list, watching
from .test_dashboard import number
from .test_many import tab_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@pytest.fixture
def failed(make_claimed: Callable[..., Task]) -> Task:
    """Counted to three, in vain."""
    task = make_claimed("workshop.count", title="till", params={"to": 3})
    ended = lifecycle.fail(task, code="x", message="The till is closed.")
    catch_up(seconds=30)
    return ended


def go_to(page: Page, selector: str) -> None:
    """Tab there and press Enter."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_from_the_list_over_a_task_to_a_retry_with_changes(
    site: Site, page: Page, failed: Task
) -> None:
    open_list(page)
    go_to(page, f"#task-{failed.pk} a[data-title]")
    expect(page.locator("h1")).to_contain_text("till")
    watching(page)
    go_to(page, "a[href$='/retry/']")
    expect(page.locator("h1")).to_contain_text("with changes")
    tab_to(page, "form[data-retry] input[name$=to]")
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    page.keyboard.press("Enter")

    expect(page).not_to_have_url(re.compile(r"/retry/$"))
    watching(page)
    made = Task.objects.exclude(pk=failed.pk).get()
    assert (made.params["to"], made.retry_of) == (4, failed)
    go_to(page, "button[data-verb=cancel]")
    expect(badge(page.locator(".titlebar"))).to_have_text("Cancelled")


def test_from_the_menu_over_the_dashboard_to_a_retry_of_what_failed_alike(
    site: Site, page: Page, failed: Task
) -> None:
    open_list(page)
    go_to(page, "nav a[href$='/task/dashboard/']")
    expect(number(page, "Failure rate")).to_be_visible()
    go_to(page, "a[href*='range=24h']")
    expect(page).to_have_url(re.compile("range=24h"))
    tab_to(page, ".chart summary")
    page.keyboard.press("Enter")
    expect(page.locator(".chart table").first).to_be_visible()
    go_to(page, "a[href*='error_group=']:is([href*='status=failed'])")
    expect(page.locator(f"#task-{failed.pk}")).to_be_visible()
    page.go_back()  # a key of the browser itself, which a headless one does not have
    expect(page).to_have_url(re.compile("range=24h"))
    go_to(page, "a[href*='dashboard/retry/']")
    expect(page.locator("h1")).to_contain_text("Retry 1 task?")
    go_to(page, "main form.card button.primary")

    expect(page.locator("h1")).to_contain_text("Retry 1 task that failed alike")
    assert Task.objects.filter(operation="maintenance.bulk").count() == 1
