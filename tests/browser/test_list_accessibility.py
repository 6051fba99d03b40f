"""axe finds nothing in what opens above the list either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .site import Site, open_list, row_of
from .test_accessibility import seen as seen
from .test_accessibility import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tasks_app.models import Task

QUERY = "?priority=5&created_after=2026-01-01T10:00&colour=red&ordering=status"


def test_the_open_filters_with_chips_and_a_refusal(
    site: Site, seen: Page, make_task: Callable[..., Task]
) -> None:
    make_task()
    open_list(seen, QUERY)
    if not seen.locator("details.more summary").is_visible():
        seen.locator("details.filters > summary").click()
    seen.locator("details.more > summary").click()

    assert violations(seen) == []


def test_the_question_before_many_tasks_are_changed(
    site: Site, seen: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    open_list(seen)
    row_of(seen, task).locator("input").check()
    seen.locator("[data-verbs] button[value=delete]").click()
    seen.get_by_role("dialog").wait_for()

    assert violations(seen) == []


def test_the_confirmation_without_scripts(
    site: Site, seen: Page, make_task: Callable[..., Task]
) -> None:
    make_task()
    open_list(seen)
    form = "document.querySelector('form[data-actions]')"
    seen.evaluate(
        f"{form}.elements.all.checked = true;"
        " const act = document.createElement('input');"
        f" act.name = 'act'; act.value = 'cancel'; {form}.append(act);"
        f" {form}.submit()"
    )
    seen.get_by_role("heading", name="Cancel 1 task?").wait_for()

    assert violations(seen) == []
