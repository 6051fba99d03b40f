"""axe finds nothing against WCAG 2.2 A and AA, in any look of any page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import LIST, NEW, Site, open_list, row_of, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [
    ("light", 1280),
    ("dark", 1280),
    ("light", 390),
    ("dark", 390),
]


def violations(page: Page) -> list[str]:
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = (
        Axe().run(page, options=options).response["violations"]
    )
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def seen(
    request: pytest.FixtureRequest, open_as: Callable[..., Page], staff: User
) -> Page:
    """An operator's page in one of the looks, with no motion to wait for."""
    scheme, width = request.param
    size = {"width": width, "height": 844}
    return open_as(staff, color_scheme=scheme, viewport=size, reduced_motion="reduce")


@pytest.fixture
def tasks(
    make_task: Callable[..., Task], make_claimed: Callable[..., Task]
) -> list[Task]:
    """A task in each status."""
    waiting, paused, cancelled = (make_task(title=f"task {n}") for n in range(3))
    lifecycle.pause(paused, origin=ORIGIN)
    lifecycle.cancel(cancelled, origin=ORIGIN)
    claimed = [make_claimed(title=f"claimed {n}") for n in range(4)]
    lifecycle.complete(claimed[1], result={"rows": 3, "of": ["a", "b"]})
    noted = lifecycle.note_error(claimed[2], message="Not a number.", row=2)
    lifecycle.complete(noted, result=None)
    lifecycle.fail(claimed[3], code="x", message="It broke.", detail="Traceback")
    return [waiting, paused, cancelled, *claimed]


def test_the_list(site: Site, seen: Page, tasks: list[Task]) -> None:
    open_list(seen)

    assert violations(seen) == []


def test_the_list_with_a_row_that_left_and_ticks(
    site: Site, seen: Page, tasks: list[Task]
) -> None:
    open_list(seen, "?status=pending")
    row_of(seen, tasks[0]).locator("input").check()
    lifecycle.cancel(tasks[0], origin=ORIGIN)
    seen.locator("[data-left]").wait_for()

    assert violations(seen) == []


def test_the_page_of_a_task(site: Site, seen: Page, tasks: list[Task]) -> None:
    seen.goto(f"{LIST}{tasks[-1].pk}/change/")
    watching(seen)

    assert violations(seen) == []


def test_the_new_task_page(site: Site, seen: Page) -> None:
    seen.goto(f"{NEW}?operation=files.process")

    assert violations(seen) == []


def test_a_form_with_errors(site: Site, seen: Page) -> None:
    seen.goto(f"{NEW}?operation=workshop.count")
    seen.locator("form[data-start]").evaluate("(form) => (form.noValidate = true)")
    seen.get_by_label("To").fill("1.5")
    seen.get_by_role("button", name="Start").click()
    seen.locator(".errors").first.wait_for()

    assert violations(seen) == []
