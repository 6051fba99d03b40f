"""The dashboard in a browser: drawn, fresh while it is looked at, and acted from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.statistics import catch_up
from tests.processes import wait_until

from .site import Site
from .test_accessibility import LOOKS, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Locator, Page

DASHBOARD = "/admin/tasks_app/task/dashboard/"
INDIGO, PALE_INDIGO = [79, 70, 229], [129, 140, 248]  # of a light page, of a dark one
DRAWN_IN = """(canvas, [red, green, blue]) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  let drawn = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b] = data.slice(at, at + 3);
    drawn += r === red && g === green && b === blue;
  }
  return drawn;
}"""


@pytest.fixture
def past(make_claimed: Callable[..., Task]) -> None:
    """Some that ended, two of them badly and alike."""
    for _ in range(3):
        lifecycle.complete(make_claimed(), result={})
    for row in range(2):
        task = make_claimed("workshop.flaky", params={"failures": 1})
        lifecycle.fail(task, code="x", message=f"Row {row}.")
    catch_up(seconds=30)


def open_dashboard(page: Page, query: str = "") -> None:
    page.goto(DASHBOARD + query)
    expect(page.locator("live-connection")).to_have_attribute("data-state", "live")
    expect(page.locator("time-chart[data-drawn] canvas")).to_have_count(2)


def number(page: Page, label: str) -> Locator:
    return page.locator(".number").filter(has_text=label).locator(".value")


@pytest.mark.usefixtures("past")
def test_charts_are_drawn_and_each_has_its_numbers_beside_it(
    site: Site, page: Page
) -> None:
    open_dashboard(page)

    chart = page.get_by_role("img", name="5 tasks finished, of which 2 failed")
    assert chart.locator("canvas").evaluate(DRAWN_IN, INDIGO) > 50
    card = page.locator(".chart").first
    expect(card.get_by_role("table")).to_be_hidden()
    card.get_by_text("Show as table").click()
    rows = card.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(120)
    finished = [int(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert sum(finished) == 5


@pytest.mark.usefixtures("past")
def test_another_look_draws_the_charts_in_its_colours(site: Site, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    open_dashboard(page)
    chart = page.locator("time-chart").first

    def drawn() -> list[bool]:
        canvas = chart.locator("canvas")
        return [canvas.evaluate(DRAWN_IN, one) > 50 for one in (INDIGO, PALE_INDIGO)]

    assert drawn() == [True, False]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(chart).to_have_attribute("data-drawn", "2")
    assert drawn() == [False, True]
    page.evaluate("document.documentElement.dataset.theme = 'auto'")
    expect(chart).to_have_attribute("data-drawn", "3")
    assert drawn() == [True, False]
    page.emulate_media(color_scheme="dark")
    expect(chart).to_have_attribute("data-drawn", "4")
    assert drawn() == [False, True]


@pytest.mark.usefixtures("past")
def test_the_page_stays_fresh_but_not_while_it_is_paused_or_hidden(
    site: Site, page: Page, make_claimed: Callable[..., Task]
) -> None:
    page.clock.install()
    open_dashboard(page)
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.headers.get("x-fragment", ""))
    )
    page.locator(".chart summary").first.click()
    lifecycle.complete(make_claimed(), result={})
    catch_up(seconds=30)

    page.clock.run_for(6_000)
    expect(number(page, "Finished, 2 h")).to_have_text("6")
    expect(page.get_by_role("img", name="6 tasks finished")).to_be_visible()
    expect(page.locator(".chart details").first).to_have_attribute("open", "")
    page.get_by_role("button", name="Pause").click()
    fetched = asked.count("dashboard")
    page.clock.run_for(20_000)
    assert asked.count("dashboard") == fetched
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true})"
    )
    page.get_by_role("button", name="Resume").click()
    page.clock.run_for(20_000)
    assert asked.count("dashboard") == fetched
    page.evaluate("delete document.hidden")
    lifecycle.complete(make_claimed(), result={})
    catch_up(seconds=30)
    page.clock.run_for(2_000)  # at once: it was due long ago
    expect(number(page, "Finished, 2 h")).to_have_text("7")


def test_a_long_range_is_fetched_less_often(site: Site, page: Page) -> None:
    page.clock.install()
    open_dashboard(page, "?range=7d")
    with page.expect_request(lambda r: "x-fragment" in r.headers) as asked:
        # The clock goes on by itself, too: on a busy machine by many seconds.
        page.clock.run_for(30_000)
        assert not asked.is_done()
        page.clock.run_for(32_000)


@pytest.mark.usefixtures("past")
def test_what_failed_alike_is_retried_by_a_task_that_is_followed(
    working_site: Site, page: Page
) -> None:
    open_dashboard(page)
    page.get_by_role("link", name="Retry these").click()
    page.get_by_role("button", name="Retry 2 tasks").click()

    expect(page.get_by_role("heading", name="Retry 2 tasks")).to_be_visible()
    expect(page.locator("[data-field=badge]")).to_have_text("Completed")
    flaky = Task.objects.filter(operation="workshop.flaky")
    wait_until(
        lambda: not flaky.exclude(status="completed").exists(),
        what="both to be completed",
    )
    page.goto(DASHBOARD)
    expect(page.locator("[data-part=failures]")).to_contain_text(
        "Nothing that failed in the last 2 hours is still failed"
    )


@pytest.mark.usefixtures("past")
def test_without_scripts_it_has_lines_and_numbers(
    site: Site, open_as: Callable[..., Page], staff: User
) -> None:
    page = open_as(staff, java_script_enabled=False)
    page.goto(DASHBOARD)

    expect(number(page, "Finished, 2 h")).to_have_text("5")
    assert page.locator("time-chart svg").first.is_visible()
    page.get_by_label("Operation", exact=True).select_option("Echo")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(number(page, "Finished, 2 h")).to_have_text("3")


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing(
    site: Site, open_as: Callable[..., Page], staff: User, scheme: Any, width: int
) -> None:
    size: Any = {"width": width, "height": 844}
    options: Any = {"color_scheme": scheme, "viewport": size}
    page = open_as(staff, reduced_motion="reduce", **options)
    open_dashboard(page)
    page.locator(".chart summary").first.click()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="Retry these").click()
    page.get_by_role("button", name="Retry 2 tasks").wait_for()
    assert violations(page) == []
