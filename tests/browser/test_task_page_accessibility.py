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
ROWS = [{"name": f"row {n}", "share": n / 99, "cost": "12345.60"} for n in range(12)]
EVERY_SHAPE: dict[str, Any] = {
    "rows": 1204,
    "at": "2026-11-02T08:05:00Z",
    "names": [f"a name of {n}" for n in range(30)],
    "why": "Because it is so. " * 40,
    "redis": {"ok": True, "took_ms": 1.5},
    "disk": {"ok": False, "took_ms": 0.2, "free_bytes": 10**9},
    "broker": {"ok": True, "took_ms": 3},
    "groups": [{"name": "one", "of": ROWS[:2]}, {"name": "two", "of": ROWS[:1]}],
    "best": ROWS,
    "sheets": [{"name": "a", "n": 1, "c": ROWS}, {"name": "b", "n": 2, "c": [[1]]}],
    "inner": {"count": 3, "columns": ROWS, "deep": {"er": {"and": {"so": {"on": {}}}}}},
}


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


def test_a_result_of_every_shape(
    site: Site,
    seen: Page,
    make_task: Callable[..., Task],
    make_claimed: Callable[..., Task],
) -> None:
    task, other = make_claimed(), make_task(title="earlier")
    lifecycle.complete(task, result={"same_as": str(other.pk), **EVERY_SHAPE})
    seen.goto(f"{LIST}{task.pk}/change/")
    watching(seen)
    found = violations(seen)
    for fold in seen.locator("section.found details:visible > summary").all():
        fold.click()
    found += violations(seen)

    assert found == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert seen.evaluate(wide) == 0
