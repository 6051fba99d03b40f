"""Takes the pictures of the documentation: `make pictures`; `T=FOLDER` for all looks.

They show the site as it is: started for this, with the files of `examples/` processed
and a larger one on its way.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.servers.browser import ARGUMENTS, chromium
from tests.servers.environment import inherited
from tests.servers.process import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
START_SECONDS = 120
ROWS = 400_000  # half a minute of work
PARTLY_DONE = re.compile(r"(3[5-9]|[4-8]\d) %")
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
KEPT = {  # for the README
    "list-light": "tasks.png",
    "task-light": "task.png",
    "dashboard-light": "dashboard.png",
}


def main(folder: Path | None) -> None:
    """Save the README's pictures, or every page in every look in `folder`."""
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        variables = {**inherited(), "DATA_DIR": data, "PORT": str(port)}
        command = [sys.executable, "manage.py", "run"]
        site = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
        )
        try:
            wait_until_ready(site)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium(), args=ARGUMENTS
                )
                for look in LOOKS if folder else ["light"]:
                    take(browser, f"http://127.0.0.1:{port}", look, folder)
                browser.close()
        finally:
            site.terminate()
            site.communicate(timeout=30)


def wait_until_ready(site: subprocess.Popen[str]) -> None:
    """Read what the site prints up to the line that says where it is."""
    assert site.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    for line in site.stdout:
        if "is ready" in line:
            return
        assert time.monotonic() < deadline, "The site did not start."
    raise AssertionError("The site ended before it was ready.")


def take(browser: Browser, url: str, look: str, folder: Path | None) -> None:
    """Save the pages in one look."""
    context = browser.new_context(base_url=url, reduced_motion="reduce", **LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/admin/login/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "admin")
    page.click("[type=submit]")
    page.goto("/admin/tasks_app/task/")
    expect(page.locator("[data-watching]")).to_be_visible()
    for status in ("pending", "processing"):
        pill = page.locator(f".pills [data-status={status}] b")
        expect(pill).to_have_text("0", timeout=60_000)
    hand_in(page, "ledger-2026.csv")
    page.goto("/admin/tasks_app/task/")
    measure = page.locator("[data-rows] tr").first.locator("[data-field=measure]")
    expect(measure).to_have_text(PARTLY_DONE, timeout=60_000)
    save(page, f"list-{look}", folder)
    page.get_by_role("link", name="timesheets-bad-rows.csv", exact=True).click()
    expect(page.locator("[data-watching]")).to_be_visible()
    save(page, f"task-{look}", folder)
    page.goto("/admin/tasks_app/task/new/")
    expect(page.locator("live-connection")).to_have_attribute("data-state", "live")
    save(page, f"new-{look}", folder)
    page.goto("/admin/tasks_app/task/dashboard/?range=15m")
    expect(page.locator("time-chart[data-drawn] canvas")).to_have_count(2)
    save(page, f"dashboard-{look}", folder)
    context.close()


def hand_in(page: Page, name: str) -> None:
    """Start a task that takes long enough to be seen at work."""
    lines = (f"2026-03-{n % 28 + 1:02},Item {n},{n % 997}.50\n" for n in range(ROWS))
    content = "date,item,amount\n" + "".join(lines)
    page.goto("/admin/tasks_app/task/new/?operation=files.process")
    page.set_input_files(
        "#file", {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Start").click()
    expect(page.locator("[data-watching]")).to_be_visible()


def save(page: Page, name: str, folder: Path | None) -> None:
    """Save the page where it belongs; without a folder only those the README shows."""
    if folder is not None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    elif name in KEPT:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / KEPT[name])


if __name__ == "__main__":
    os.chdir(ROOT)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
