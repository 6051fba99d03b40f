"""What is on the pictures: each function opens a page and leaves it as it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from .site import LIST, NEW, chip, file, open_list, watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFUSED = "refused/pdf-named-csv.csv"


def tasks(page: Page) -> None:
    open_list(page)


def ticked(page: Page) -> None:
    open_list(page, "?status=failed")
    for row in range(3):
        page.locator("[data-rows] input").nth(row).check()


def asked(page: Page) -> None:
    ticked(page)
    page.locator("[data-verbs] button[value=retry]").click()
    page.get_by_role("dialog").wait_for()


def more(page: Page) -> None:
    open_list(page, "?priority=5&operation=orders.process&status=failed")
    if not page.locator("details.more summary").is_visible():
        page.locator("details.filters > summary").click()
    page.locator("details.more > summary").click()


def offline(page: Page) -> None:
    open_list(page, "?status=failed")
    page.context.set_offline(offline=True)
    for row in range(2):
        page.locator("[data-rows] [data-verb=retry]").nth(row).click()
    expect(chip(page)).to_have_attribute("data-state", "offline", timeout=60_000)


def nothing(page: Page) -> None:
    page.goto(f"{LIST}?search=nothing+like+this")


def with_errors(page: Page) -> None:
    task(page, "timesheets-bad-rows.csv")


def twice_failed(page: Page) -> None:
    task(page, "purchase-order-48201.pdf")


def pending(page: Page) -> None:
    task(page, "Bestellung")


def running(page: Page) -> None:
    task(page, "purchase-order-48233.pdf")


def retry(page: Page) -> None:
    twice_failed(page)
    page.get_by_role("link", name="Retry with changes").click()
    page.locator("form[data-retry]").wait_for()


def new(page: Page) -> None:
    page.goto(f"{NEW}?operation=files.process")
    expect(chip(page)).to_have_attribute("data-state", "live")
    names = ["stripe-charges.csv", REFUSED, "products.tsv"]
    files = [file(Path(each).name, (EXAMPLES / each).read_bytes()) for each in names]
    page.set_input_files("#file", files)
    page.get_by_role("button", name="Start").click()
    page.locator("[data-state=refused]").wait_for()


def dashboard(page: Page) -> None:
    page.goto(f"{LIST}dashboard/")
    expect(page.locator("time-chart[data-drawn] canvas")).to_have_count(2)


def week(page: Page) -> None:
    page.goto(f"{LIST}dashboard/?range=7d")
    expect(page.locator("time-chart[data-drawn] canvas")).to_have_count(2)
    page.locator(".as-table summary").first.click()


def schedules(page: Page) -> None:
    page.goto("/admin/tasks_app/schedule/")
    page.locator(".schedule").first.wait_for()


def schedule(page: Page) -> None:
    schedules(page)
    page.locator(".s-name a").first.click()
    page.locator("[data-next] li").first.wait_for()


def users(page: Page) -> None:
    page.goto("/admin/auth/user/")


def user(page: Page) -> None:
    users(page)
    page.get_by_role("link", name="staff", exact=True).click()
    page.locator("#user_form").wait_for()


def no_page(page: Page) -> None:
    page.goto("/admin/nothing/here/")


def task(page: Page, name: str) -> None:
    """Open the task whose name begins so."""
    page.goto(f"{LIST}?search={name}")
    page.locator("[data-title]").first.click()
    watching(page)


SCENES: Final[dict[str, Callable[[Page], None]]] = {
    "list": tasks,
    "list-ticked": ticked,
    "list-asked": asked,
    "list-more": more,
    "list-nothing": nothing,
    "task": with_errors,
    "task-failed": twice_failed,
    "task-pending": pending,
    "task-running": running,
    "retry": retry,
    "new": new,
    "dashboard": dashboard,
    "dashboard-week": week,
    "schedules": schedules,
    "schedule": schedule,
    "users": users,
    "user": user,
    "404": no_page,
    "list-offline": offline,  # the last: nothing loads after it
}
