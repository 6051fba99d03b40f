"""axe finds nothing on the page of a task, whatever it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim

from .site import LIST, Site, watching
from .test_accessibility import LOOKS, violations
from .test_questions import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

    from tasks_app.models import Task

BUSY: dict[str, Any] = {"code": "busy", "message": "It was busy.", "detail": "line 7"}


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def seen(
    request: pytest.FixtureRequest, open_as: Callable[..., Page], staff: User
) -> Page:
    """An operator's page in one of the looks, with no motion to wait for."""
    scheme, width = request.param
    size = {"width": width, "height": 844}
    return open_as(staff, color_scheme=scheme, viewport=size, reduced_motion="reduce")


def test_a_task_that_failed_and_what_may_be_done_about_it(
    site: Site, seen: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task("workshop.count")
    lifecycle.release(claim(task), delay=0, **BUSY)
    lifecycle.fail(claim(task), **BUSY)
    make_task(title="again", retry_of=task)
    page = f"{LIST}{task.pk}"
    seen.goto(f"{page}/change/")
    watching(seen)
    seen.locator("[data-key=attempt-1] summary").click()
    found = violations(seen)
    seen.locator("a[data-asks]").click()
    found += violations(seen)
    for address in ("retry", "remove"):
        seen.goto(f"{page}/{address}/")
        found += violations(seen)

    assert found == []


def test_a_task_that_waits_runs_or_is_gone(
    site: Site,
    seen: Page,
    make_task: Callable[..., Task],
    make_claimed: Callable[..., Task],
) -> None:
    later = timezone.now() + timedelta(hours=1)
    gone = lifecycle.cancel(make_task(), origin=ORIGIN)
    lifecycle.delete(gone)
    asking = lifecycle.ask(make_claimed(), question=QUESTION)
    found = []
    for task in (make_task(not_before=later), make_claimed(), asking, gone):
        seen.goto(f"{LIST}{task.pk}/change/")
        seen.locator("live-connection[data-state=live]").wait_for()
        found += violations(seen)

    assert found == []
