"""What changes while a page fetches is not lost, however long the fetch takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .held import Held
from .site import badge, open_list, row_of, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .site import Site


def test_the_story_of_a_task_catches_up_with_what_it_missed_while_fetching(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    page.goto(f"/admin/tasks_app/task/{task.pk}/change/")
    watching(page)
    story = Held(page, "story")
    lifecycle.pause(task, origin=ORIGIN)
    story.wait()

    lifecycle.cancel(Task.objects.get(), origin=ORIGIN)
    expect(badge(page.locator(".titlebar"))).to_have_text("Cancelled")
    story.release()

    expect(page.locator(".timeline [data-status=paused]")).to_be_visible()
    expect(page.locator(".timeline [data-status=cancelled]")).to_be_visible()


def test_the_counts_catch_up_with_what_they_missed_while_fetching(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")
    open_list(page, "?priority=5")  # a filter whose counts the socket does not know
    rows = Held(page, "rows")
    lifecycle.pause(task, origin=ORIGIN)
    rows.wait()

    lifecycle.cancel(Task.objects.get(), origin=ORIGIN)
    expect(badge(row_of(page, task))).to_have_text("Cancelled")
    rows.release()

    expect(page.locator(".pills [data-status=cancelled] b")).to_have_text("1")
