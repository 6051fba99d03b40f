"""The way through: a file is handed in and followed to its end, without a reload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app.events import Origin
from tasks_app.models import Task
from tasks_app.operations.submission import submit
from tests.processes import ROOT

from .site import NEW, badge, open_list, row_of, watching

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

EXAMPLES = ROOT / "examples"


def hand_in(page: Page, *paths: Path) -> None:
    page.goto(f"{NEW}?operation=files.process")
    page.set_input_files("#file", list(paths))
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("[data-told]")).to_contain_text("Started")


def test_a_file_uploaded_on_the_new_task_page_is_watched_live_to_completed(
    working_site: Site, page: Page
) -> None:
    hand_in(page, EXAMPLES / "bank-statement.csv")

    task = Task.objects.get()
    expect(badge(row_of(page, task))).to_have_text("Completed")
    expect(row_of(page, task).locator("[data-field=measure]")).to_have_text("100 %")
    expect(row_of(page, task)).to_contain_text("Done!")
    assert Task.objects.get().status == "completed"


def test_a_file_with_bad_rows_ends_with_errors_that_its_page_lists(
    working_site: Site, page: Page
) -> None:
    hand_in(page, EXAMPLES / "timesheets-bad-rows.csv")
    task = Task.objects.get()
    page.goto(f"/admin/tasks_app/task/{task.pk}/change/")
    watching(page)

    expect(badge(page)).to_have_text("Completed with errors")
    expect(page.locator(".timeline")).to_contain_text("Finished; 4 errors were noted")
    with page.expect_download() as download:
        page.get_by_role("link", name="report.xlsx").click()
    assert download.value.suggested_filename == "report.xlsx"


def test_a_new_task_comes_into_the_open_list_by_itself(
    working_site: Site, page: Page
) -> None:
    open_list(page)
    expect(page.locator("[data-empty]")).to_contain_text("No task yet")

    task = submit(operation="workshop.report", owner=None, origin=Origin("cron", "cli"))

    expect(badge(row_of(page, task))).to_have_text("Completed")
    expect(page.locator("[data-empty]")).to_be_hidden()
    expect(page.locator(".pills [data-status=completed] b")).to_have_text("1")
