"""Many tasks at once: ticked ones, or all that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import Site, badge, chip, open_list, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request


def verb(page: Page, name: str) -> None:
    """Press a button of the bar."""
    page.locator(f"[data-verbs] button[value={name}]").click()


def answer(page: Page, title: str, yes: str) -> None:
    """Say yes to the question, which has this title."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_have_text(title)
    dialog.get_by_role("button", name=yes, exact=True).click()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, on a page that has come so far."""
    page.locator(selector).first.wait_for()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"The focus never came to {selector}.")


def test_ticked_rows_are_cancelled_by_one_call_after_a_question(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    tasks = [make_task(title=f"task {number}") for number in range(3)]
    open_list(page)
    for task in tasks[:2]:
        row_of(page, task).locator("input").check()
    expect(page.locator("[data-ticked]")).to_have_text("2 ticked")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))

    verb(page, "cancel")
    answer(page, "Cancel 2 tasks?", "Cancel 2 tasks")

    expect(page.locator(".toast")).to_contain_text("2 tasks cancelled")
    for task in tasks[:2]:
        expect(badge(row_of(page, task))).to_have_text("Cancelled")
    expect(badge(row_of(page, tasks[2]))).to_have_text("Pending")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    posted = [each.url for each in asked if each.method == "POST"]
    assert [url.rpartition("/api/")[2] for url in posted] == ["v1/tasks/bulk/"]


def test_an_action_leaves_the_page_where_it_was_scrolled(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    for number in range(40):
        make_task(title=f"task {number}")
    open_list(page)
    page.mouse.wheel(0, 600)
    box = page.locator("[data-rows] input").nth(20)
    box.check()
    before = page.evaluate("scrollY")

    verb(page, "pause")
    answer(page, "Pause 1 task?", "Pause 1 task")

    expect(page.locator("[data-bulk]")).to_be_hidden()
    assert page.evaluate("scrollY") == before > 0


def test_refusals_are_counted_in_words(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    waiting = make_task(title="waiting")
    ended = lifecycle.cancel(make_task(title="ended"), origin=ORIGIN)
    open_list(page)
    for task in (waiting, ended):
        row_of(page, task).locator("input").check()

    verb(page, "delete")
    answer(page, "Delete 2 tasks?", "Delete 2 tasks")

    expect(page.locator(".toast")).to_contain_text("1 task deleted. 1 was pending.")
    expect(row_of(page, ended)).to_have_attribute("data-left", "deleted")
    assert Task.objects.get().title == "waiting"


def test_escape_is_no(site: Site, page: Page, make_task: Callable[..., Task]) -> None:
    ended = lifecycle.cancel(make_task(), origin=ORIGIN)
    open_list(page)
    row_of(page, ended).locator("input").check()
    verb(page, "delete")
    expect(page.get_by_role("button", name="Go back")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(row_of(page, ended).locator("input")).to_be_checked()
    expect(page.locator("[data-verbs] button[value=delete]")).to_be_focused()
    assert Task.objects.count() == 1


def test_shift_ticks_a_range(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    for number in range(6):
        make_task(title=f"task {number}")
    open_list(page)
    boxes = page.locator("[data-rows] input")

    boxes.nth(4).click()
    boxes.nth(1).click(modifiers=["Shift"])

    expect(page.locator("[data-ticked]")).to_have_text("4 ticked")
    assert boxes.evaluate_all("(all) => all.map((each) => each.checked)") == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


def test_ticks_survive_an_update_of_the_list(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="ticked")
    open_list(page)
    row_of(page, task).locator("input").check()
    new = make_task(title="new")
    page.locator("[data-update]").click()

    expect(row_of(page, new)).to_be_visible()
    expect(row_of(page, task).locator("input")).to_be_checked()
    expect(page.locator("[data-ticked]")).to_have_text("1 ticked")


def test_all_that_match_are_cancelled_by_a_task_that_is_followed_to_its_end(
    working_site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    for number in range(60):
        lifecycle.pause(make_task(title=f"orders {number}"), origin=ORIGIN)
    spared = lifecycle.pause(make_task(title="invoices"), origin=ORIGIN)
    lifecycle.cancel(make_task(title="orders of May"), origin=ORIGIN)
    open_list(page, "?search=orders")
    page.locator("[data-tick-all]").check()
    page.get_by_label("Select all 61 tasks that match").check()
    expect(page.locator("[data-ticked]")).to_have_text("All that match")

    verb(page, "cancel")
    expect(page.get_by_role("dialog")).to_contain_text("Others that match stay")
    answer(page, "Cancel 60 tasks?", "Cancel 60 tasks")

    followed = page.locator("[data-followed]")
    expect(followed.get_by_role("link")).to_have_text("Cancel 60 tasks")
    expect(followed).to_have_attribute("data-status", "completed")
    expect(followed).to_contain_text("60 tasks cancelled, or asked to be.")
    expect(page.locator(".pills [data-status=cancelled] b")).to_have_text("61")
    assert Task.objects.filter(status="cancelled").count() == 61
    assert Task.objects.get(pk=spared.pk).status == "paused"
    followed.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("Act on many tasks")


def test_the_keyboard_alone_searches_ticks_acts_and_confirms(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task, other = make_task(title="orders"), make_task(title="invoices")
    open_list(page)
    page.keyboard.press("/")
    page.keyboard.type("orders")
    page.keyboard.press("Enter")
    expect(row_of(page, other)).to_have_count(0)
    page.locator("[data-watching]").wait_for()
    tab_to(page, f"#task-{task.pk} input")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")  # over the headings, back to the bar
    for _ in range(12):
        if page.evaluate("document.activeElement.value") == "pause":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("1 task paused")
    expect(badge(row_of(page, task))).to_have_text("Paused")


def test_ticked_rows_wait_for_the_network_as_one_request_that_can_be_taken_back(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    tasks = [make_task(title=f"task {number}") for number in range(3)]
    open_list(page)
    sent: list[Request] = []
    page.on("request", lambda each: sent.append(each))
    page.context.set_offline(True)
    for verb_, some in (("pause", tasks[:2]), ("cancel", tasks[2:])):
        for task in some:
            row_of(page, task).locator("input").check()
        verb(page, verb_)
        page.get_by_role("dialog").get_by_role("button").last.click()
        expect(page.locator("[data-bulk]")).to_be_hidden()
    expect(page.locator(".toast").first).to_contain_text("sent as soon as it can be")
    expect(chip(page)).to_contain_text("2 waiting")
    expect(row_of(page, tasks[0])).to_have_attribute("data-pending", "pause")

    chip(page).locator("summary").click()
    page.get_by_role("button", name="Undo: Cancel 1 task").click()
    expect(chip(page)).to_contain_text("1 waiting")
    lifecycle.cancel(tasks[0], origin=ORIGIN)
    page.context.set_offline(False)

    told = page.locator("#toasts")
    expect(told).to_contain_text(
        "1 task paused, or asked to be. 1 was already cancelled."
    )
    posted = [each.url for each in sent if each.method == "POST"]
    assert [url.rpartition("/tasks/")[2] for url in posted] == ["bulk/"]
    assert Task.objects.get(pk=tasks[1].pk).status == "paused"
    assert Task.objects.get(pk=tasks[2].pk).status == "pending"


def test_an_action_on_all_that_match_is_not_kept_for_later(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    tasks = [make_task() for _ in range(51)]
    open_list(page)
    page.locator("[data-tick-all]").check()
    page.get_by_label(f"Select all {len(tasks)} tasks that match").check()
    page.route("**/bulk/", lambda route: route.abort())

    verb(page, "pause")
    answer(page, "Pause 51 tasks?", "Pause 51 tasks")

    expect(page.locator(".toast")).to_contain_text("The server cannot be reached.")
    expect(page.locator("[data-ticked]")).to_have_text("All that match")
