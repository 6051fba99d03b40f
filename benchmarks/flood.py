"""Thousands of changes a second before one page of the list, in a real browser.

The bar: at most four frames a second, and no task of the page's thread takes more than
50 ms. The rows are told of as the workers tell of them, but not written: no database of
one machine takes that many.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.stage import serving, show, stage
from tests.servers.browser import ARGUMENTS, chromium

ROWS = int(os.environ.get("ROWS", "50"))
RATE = int(os.environ.get("CHANGES", "4000"))  # changes a second, of all rows together
SECONDS = int(os.environ.get("SECONDS", "10"))
LIST = "/admin/tasks_app/task/"
OBSERVE = """() => {
  window.seen = { tasks: [0], shift: 0 };
  const observe = (type, work) => new PerformanceObserver((list) =>
    list.getEntries().forEach(work)).observe({ type });
  observe("longtask", ({ duration }) => window.seen.tasks.push(duration));
  observe("layout-shift", ({ value }) => (window.seen.shift += value));
}"""


def measure(env: dict[str, str]) -> dict[str, Any]:
    """Return the figures."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop here
    from benchmarks import product  # after the environment is set

    product.prepare(ROWS)
    name, _, value = product.client_environment()["COOKIE"].partition("=")
    with serving("config.asgi:application", env) as (port, _), sync_playwright() as use:
        url = f"http://127.0.0.1:{port}"
        browser = use.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_context(base_url=url).new_page()
        page.context.add_cookies([{"name": name, "value": value, "url": url}])
        frames = frames_of(page)
        page.goto(LIST)
        page.locator("[data-watching=filter]").wait_for()
        page.wait_for_timeout(1_000)
        page.evaluate(OBSERVE)
        frames.clear()
        began = time.monotonic()
        last = flood(product.every())
        told = time.monotonic() - began
        line = page.locator(f"#task-{last.pk} [data-field=line]")
        expect(line).to_have_text(last.progress_message)
        took = time.monotonic() - began
        seen = page.evaluate("window.seen")
        browser.close()
    return {
        "page": f"list of {ROWS} rows",
        "changes_s": round(RATE * SECONDS / told),
        "frames_s": round(len(frames) / took, 2),
        "longest_ms": round(max(seen["tasks"])),
        "over_50_ms": len(seen["tasks"]) - 1,
        "shift": round(seen["shift"], 4),
        "kb_s": round(sum(map(len, frames)) / took / 1000, 1),
    }


def frames_of(page: Page) -> list[str]:
    """Return a list that fills with the updates the page is sent."""
    frames: list[str] = []

    def hear(text: str | bytes) -> None:
        if json.loads(text)["type"] == "update":
            frames.append(str(text))

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return frames


def flood(tasks: list[Any]) -> Any:
    """Tell of changes at the rate; return the task that was told of last."""
    from tasks_app import broadcast

    began = time.monotonic()
    for number in range(RATE * SECONDS):
        task = tasks[number % len(tasks)]
        task.version += 1
        task.progress_current, task.progress_total = number, RATE * SECONDS
        task.progress_message = f"row {number:,} of {RATE * SECONDS:,}"
        broadcast.task_changed(task)
        if number % 100 == 0:
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
    return task


def main() -> None:
    """Measure, print a table, write JSON."""
    with stage() as env:
        row = measure(env)
    show("flood", f"{RATE:,} changes/s before a browser", [row])


if __name__ == "__main__":
    main()
