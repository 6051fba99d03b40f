"""Takes the pictures of the documentation: `make pictures`; `T=FOLDER` for all looks.

They show the site as it is: started for this, with the files of `examples/` processed
and a week of invented work behind it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect, sync_playwright

from tests.servers.browser import ARGUMENTS, chromium
from tests.servers.environment import inherited
from tests.servers.process import free_port

from .scenes import SCENES
from .site import open_list

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
START_SECONDS = 120
LOOKS: dict[str, tuple[Any, int, int]] = {
    "light": ("light", 1280, 800),
    "dark": ("dark", 1280, 800),
    "phone": ("light", 390, 844),
    "small": ("dark", 360, 740),
}
# For the README, where a list of everything would be too long.
KEPT = {"list": "tasks.png", "task": "task.png", "dashboard": "dashboard.png"}


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
            past = [sys.executable, "-m", "tests.browser.past"]
            subprocess.run(past, cwd=ROOT, env=variables, check=True)
            take(f"http://127.0.0.1:{port}", folder)
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


def take(url: str, folder: Path | None) -> None:
    """Save the pages of the site at `url`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for look in LOOKS if folder else ["light"]:
            pages(browser, url, look, folder)
        browser.close()


def pages(browser: Browser, url: str, look: str, folder: Path | None) -> None:
    """Save the pages in one look."""
    scheme, width, height = LOOKS[look]
    context = browser.new_context(
        base_url=url,
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
    )
    page = context.new_page()
    sign_in(page, f"login-{look}", folder)
    wait_for_the_worker(page)
    for name in SCENES if folder else KEPT:
        SCENES[name](page)
        save(page, name, look, folder)
    context.close()  # offline at the end: what waits there is never sent


def sign_in(page: Page, name: str, folder: Path | None) -> None:
    page.goto("/admin/login/")
    if folder is not None:
        page.screenshot(path=folder / f"{name}.png")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "admin")
    page.click("[type=submit]")


def wait_for_the_worker(page: Page) -> None:
    """Wait until the files of `examples/` are processed."""
    open_list(page, "?operation=files.process&created=1h")
    pill = page.locator(".pills [data-status=processing] b")
    expect(pill).to_have_text("0", timeout=60_000)


def save(page: Page, name: str, look: str, folder: Path | None) -> None:
    """Save the page where it belongs; in a folder with all that is below the window."""
    if folder is not None:
        page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
    else:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / KEPT[name])


if __name__ == "__main__":
    os.chdir(ROOT)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
