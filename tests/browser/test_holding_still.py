"""Nothing that a person has hold of is lost or moved, however much changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import broadcast, lifecycle
from tasks_app.models import Task
from tasks_app.models.wire import to_wire
from tests.conftest import ORIGIN
from tests.processes import PATIENCE

from .held import Held
from .site import Site, badge, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

ROWS, ROUNDS = 30, 400  # 12,000 updates
BLURS = "addEventListener('focusout', () => (window.blurs = (window.blurs ?? 0) + 1))"
SELECT = """(line) => getSelection().selectAllChildren(line)"""


def flood(tasks: list[Task]) -> None:
    """Send so many updates, each round as soon as the one before is on its way."""
    sender = broadcast.sender()
    for number in range(1, ROUNDS + 1):
        for task in tasks:
            wire = to_wire(task, owner="alice")
            progress = {
                "current": number,
                "total": ROUNDS,
                "percent": number * 100 // ROUNDS,
                "message": f"Row {number}",
            }
            version = task.version + number
            changed = {**wire, "progress": progress, "version": version}
            sender.put({**changed, "owner_id": task.owner_id})
        assert sender.flush(timeout=PATIENCE)


def test_focus_tick_menu_selection_and_scroll_survive_12000_updates(
    site: Site, page: Page, make_claimed: Callable[..., Task]
) -> None:
    tasks = [make_claimed(title=f"task {number}") for number in range(ROWS)]
    open_list(page)
    row = row_of(page, tasks[10])
    other = row_of(page, tasks[12])
    row.scroll_into_view_if_needed()
    other.locator("input").check()
    menu = page.locator("details.filters details.more")
    menu.evaluate("(menu) => (menu.open = true)")
    row.locator("[data-verb=cancel]").focus()
    menu.evaluate("(menu) => (menu.open = true)")  # the focus elsewhere closed it
    other.locator("[data-title]").evaluate(SELECT)
    row.evaluate("(row) => (row.mine = true)")
    page.evaluate(BLURS)
    before = page.evaluate("scrollY")

    flood(tasks)

    expect(row.locator("[data-field=line]")).to_have_text(f"Row {ROUNDS}")
    expect(row.locator("[data-field=measure]")).to_have_text("100 %")
    expect(row.locator("[data-verb=cancel]")).to_be_focused()
    expect(other.locator("input")).to_be_checked()
    assert row.evaluate("(row) => row.mine")
    assert menu.evaluate("(menu) => menu.open")
    assert page.evaluate("getSelection().toString()") == "task 12"
    assert page.evaluate("scrollY") == before
    assert page.evaluate("window.blurs ?? 0") == 0


def test_rows_that_come_in_while_a_button_is_down_wait_for_its_click(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="meant")
    open_list(page)
    page.locator("[data-rows] input").check()  # so that new rows wait
    new = make_task(title="new")
    rows = Held(page, "rows")
    page.locator("[data-update]").click()
    rows.wait()
    button = row_of(page, task).locator("[data-verb=cancel]")
    button.hover()
    page.mouse.down()
    rows.release()
    page.wait_for_timeout(
        500
    )  # long enough for the rows to be drawn, were they not held
    expect(row_of(page, new)).to_have_count(0)
    page.mouse.up()

    expect(page.locator(".toast")).to_contain_text("“meant” is cancelled.")
    expect(row_of(page, new)).to_be_visible()
    expect(badge(row_of(page, new))).to_have_text("Pending")
    assert Task.objects.get(pk=new.pk).status == "pending"


def test_a_change_between_down_and_up_never_hits_another_row(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task, other = make_task(title="meant"), make_task(title="other")
    open_list(page, "?status=pending")
    row_of(page, task).locator("[data-verb=pause]").hover()
    page.mouse.down()
    lifecycle.cancel(other, origin=ORIGIN)  # leaves the filter, above what is pressed
    expect(row_of(page, other)).to_have_attribute("data-left", "left this filter")
    page.mouse.up()

    expect(page.locator(".toast")).to_contain_text("“meant” is paused.")
    assert Task.objects.get(pk=task.pk).status == "paused"


def test_a_first_tick_moves_no_row(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    open_list(page)
    before = row_of(page, task).bounding_box()

    row_of(page, task).locator("input").check()

    expect(page.locator("[data-bulk]")).to_be_visible()
    assert row_of(page, task).bounding_box() == before


def test_new_rows_come_in_by_themselves_where_nobody_is(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    make_task(title="first")
    open_list(page)
    page.locator("[data-watching=filter]").wait_for()

    new = make_task(title="second")

    expect(row_of(page, new)).to_be_visible()
    expect(page.locator("[data-update]")).to_be_hidden()
    expect(page.locator("[data-summary]")).to_have_text("2 tasks")


def test_a_later_page_is_patched_and_takes_in_nothing(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    oldest = make_task(title="oldest")
    for _ in range(50):
        make_task()
    open_list(page)
    page.get_by_role("link", name="Next page").click()
    page.locator("[data-watching=filter]").wait_for()

    make_task()
    lifecycle.pause(oldest, origin=ORIGIN)

    expect(badge(row_of(page, oldest))).to_have_text("Paused")
    expect(page.locator(".pills [data-status=paused] b")).to_have_text("1")
    expect(page.locator("[data-update]")).to_be_hidden()


def test_the_pills_follow_without_a_fetch(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    open_list(page, "?operation=workshop.echo")
    page.locator("[data-watching=filter]").wait_for()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    lifecycle.cancel(task, origin=ORIGIN)

    expect(page.locator(".pills [data-status=cancelled] b")).to_have_text("1")
    expect(page.locator(".pills [data-status=pending] b")).to_have_text("0")
    assert fetched == []


def test_the_duration_of_what_runs_grows_and_then_stands(
    site: Site, page: Page, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    open_list(page)
    place = row_of(page, task).locator(".c-duration")
    before = place.inner_text()

    expect(place).not_to_have_text(before)
    lifecycle.complete(task, result=None)
    expect(badge(row_of(page, task))).to_have_text("Completed")
    expect(place).not_to_have_attribute("data-since", "")
    assert place.get_attribute("data-since") is None
