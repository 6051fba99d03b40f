"""Thousands of changes a second reach a page as a few frames, and move nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import broadcast

from .site import Site, frames, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tasks_app.models import Task

ROWS = 30
RATE = 4_000  # changes a second, of all tasks together
SECONDS = 3
FRAMES = 4  # a second, see docs/wire.md
BEFORE = 6  # frames while little happens: at first, and after a pause of the writer
SHIFT = 0.01
WATCH_SHIFTS = """() => {
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: "layout-shift" });
}"""


def flood(tasks: list[Task], *, seconds: float) -> None:
    """Tell of changes the way the workers do, at the rate."""
    began = time.monotonic()
    for number in range(int(RATE * seconds)):
        task = tasks[number % len(tasks)]
        task.version += 1
        task.progress_current = number
        task.progress_message = f"row {number:,} of many" + " and more" * (number % 5)
        broadcast.task_changed(task)
        if number % 100 == 0:
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))


def test_a_flood_is_four_frames_a_second_and_shifts_nothing(
    site: Site, page: Page, make_claimed: Callable[..., Task]
) -> None:
    tasks = [make_claimed(title=f"task {number}") for number in range(ROWS)]
    heard = frames(page, "framereceived")
    open_list(page)
    page.locator("[data-watching=filter]").wait_for()
    page.evaluate(WATCH_SHIFTS)
    heard.clear()

    began = time.monotonic()
    flood(tasks, seconds=SECONDS)
    last = tasks[-1]
    line = row_of(page, last).locator("[data-field=line]")
    expect(line).to_have_text(last.progress_message)
    took = time.monotonic() - began

    updates = [text for text in heard if '"type":"update"' in text]
    assert 1 < len(updates) <= FRAMES * took + BEFORE
    assert page.evaluate("window.shift") < SHIFT
