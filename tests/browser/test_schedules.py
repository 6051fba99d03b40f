"""Schedules in a browser: switched, looked ahead, and fresh without disturbing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Beat, Schedule
from tests.admin.schedules import HOURLY, planned, ran
from tests.processes import wait_until

from .site import Site, is_in_state
from .test_accessibility import in_every_look

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Dialog, Locator, Page

    from tasks_app.models import Task

SCHEDULES = "/admin/tasks_app/schedule/"
OVERHANG = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def schedule(staff: User, make_claimed: Callable[..., Task]) -> Schedule:
    """One with a slot of each kind, a late and a manual one among them."""
    made = planned(staff, "nightly")
    kinds = ("missed", "overlapped", "refused", "waiting", "submitted")
    for number, outcome in enumerate(kinds):
        ran(made, outcome, ago=timedelta(hours=30 - number), message="Why it was so.")
    failed = lifecycle.fail(make_claimed(), code="x", message="It broke.")
    ran(made, task=failed, ago=timedelta(hours=3), late=timedelta(minutes=4))
    done = lifecycle.complete(make_claimed(), result={})
    ran(made, task=done, ago=timedelta(hours=2), is_manual=True)
    return made


def switch(page: Page, name: str = "nightly") -> Locator:
    return page.get_by_role("button", name=f"“{name}” is on")


def next_runs(page: Page) -> Locator:
    return page.locator("[data-next] li")


def test_the_switch_is_pressed_by_keyboard_and_keeps_the_focus(
    site: Site, page: Page, schedule: Schedule
) -> None:
    page.goto(SCHEDULES)
    is_in_state(page, "live")
    switch(page).focus()

    page.keyboard.press("Space")

    expect(switch(page)).to_have_attribute("aria-pressed", "false")
    expect(switch(page)).to_be_focused()
    expect(page.locator(".toast")).to_contain_text("“nightly” is off.")
    schedule.refresh_from_db()
    assert not schedule.plan.enabled
    page.keyboard.press("Enter")
    expect(switch(page)).to_have_attribute("aria-pressed", "true")
    schedule.refresh_from_db()
    assert schedule.plan.enabled


def test_a_press_after_the_answer_to_the_first_is_another_run(
    site: Site, page: Page, schedule: Schedule
) -> None:
    page.goto(SCHEDULES)
    blocks = page.locator(".blocks li")
    run = page.get_by_role("button", name="Run now “nightly”")
    for count in (8, 9):
        run.click()
        expect(blocks).to_have_count(count)
        expect(page.locator(".toast").last).to_contain_text("“nightly” runs now")


def test_run_now_tells_of_the_task_and_adds_its_block(
    site: Site, page: Page, schedule: Schedule
) -> None:
    page.goto(SCHEDULES)
    blocks = page.locator(".blocks li")
    expect(blocks).to_have_count(7)

    page.get_by_role("button", name="Run now “nightly”").click()

    toast = page.locator(".toast")
    expect(toast).to_contain_text("“nightly” runs now")
    toast.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="Echo")).to_be_visible()


def test_the_list_stays_fresh_but_nothing_moves_under_the_focus(
    site: Site, page: Page, schedule: Schedule, staff: User
) -> None:
    page.clock.install()
    page.goto(SCHEDULES)
    is_in_state(page, "live")
    expect(page.get_by_role("alert").filter(has_text="until a beat")).to_be_visible()
    first = page.locator(".blocks a").first
    first.focus()

    Beat.objects.create(name="here:1")
    ran(schedule, "missed", ago=timedelta(minutes=5))
    planned(staff, "a new one", **HOURLY)
    page.clock.run_for(6_000)

    expect(page.locator(".beat")).to_contain_text("The beat looked")
    expect(page.get_by_role("link", name="a new one", exact=True)).to_be_visible()
    expect(first).to_be_focused()
    expect(page.locator(".blocks").first.locator("li")).to_have_count(7)
    first.blur()
    page.clock.run_for(6_000)
    expect(page.locator(".blocks").first.locator("li")).to_have_count(8)
    page.get_by_role("button", name="Pause").click()
    Schedule.objects.get(plan__name="a new one").plan.delete()
    page.clock.run_for(20_000)
    expect(page.get_by_role("link", name="a new one", exact=True)).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    page.clock.run_for(6_000)
    expect(page.get_by_role("link", name="a new one", exact=True)).to_have_count(0)


def test_the_next_runs_follow_what_is_typed(site: Site, page: Page) -> None:
    page.goto(f"{SCHEDULES}add/")
    is_in_state(page, "live")
    expect(next_runs(page)).to_have_count(5)

    page.get_by_label("Minute").fill("45")
    expect(next_runs(page).first).to_contain_text("02:45 UTC")
    page.get_by_label("Time zone").fill("Asia/Kolkata")
    expect(next_runs(page).first).to_contain_text("02:45 IST")
    page.get_by_label("Hour").fill("25")
    expect(page.locator("[data-next]")).to_contain_text("“25” is no hour.")
    expect(next_runs(page)).to_have_count(0)
    page.get_by_label("Every so often").check()
    expect(page.get_by_label("Minute")).to_be_hidden()
    page.get_by_label("Every", exact=True).fill("90")
    expect(page.locator("[data-next] [data-words]")).to_have_text("Every 90 minutes")
    expect(next_runs(page)).to_have_count(5)
    page.get_by_label("Operation").select_option("Count")
    expect(page.get_by_label("To", exact=True)).to_have_value("10")


def test_what_was_typed_is_not_left_behind_without_a_question(
    site: Site, page: Page, schedule: Schedule
) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    address = f"{SCHEDULES}{schedule.pk}/change/"
    page.goto(address)
    page.get_by_label("Name").fill("renamed")
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url(re.compile(r"/schedule/$"))
    assert asked == ["beforeunload"]

    page.goto(address)
    page.get_by_label("Name").fill("renamed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="renamed")).to_be_visible()
    page.goto(SCHEDULES)
    assert asked == ["beforeunload"]


def test_everything_works_without_scripts(
    site: Site, open_as: Callable[..., Page], staff: User
) -> None:
    page = open_as(staff, java_script_enabled=False)
    page.goto(SCHEDULES)
    page.get_by_role("link", name="New schedule").click()
    page.get_by_label("Name").fill("by hand")
    page.get_by_label("Operation").select_option("Count")
    page.get_by_role("button", name="Show its parameters").click()
    page.get_by_label("To", exact=True).fill("3")
    page.get_by_label("Minute").fill("7")
    page.get_by_role("button", name="Show the next runs").click()
    expect(next_runs(page).first).to_contain_text(":07 UTC")
    expect(page.get_by_label("To", exact=True)).to_have_value("3")
    page.get_by_role("button", name="Make the schedule").click()
    expect(page.get_by_role("heading", name="by hand")).to_be_visible()

    switch(page, "by hand").click()
    expect(switch(page, "by hand")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("“by hand” runs now")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("“by hand” is deleted.")).to_be_visible()
    wait_until(lambda: not Schedule.objects.filter(plan__name="by hand").exists())


def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    site: Site, open_as: Callable[..., Page], staff: User, schedule: Schedule
) -> None:
    page = open_as(staff, reduced_motion="reduce")
    wrong: dict[str, Any] = {}
    planned(staff, "a-very-long-name-without-any-space" * 4, is_on=False)
    for path in ("", "add/", f"{schedule.pk}/change/", f"{schedule.pk}/delete/"):
        page.goto(SCHEDULES + path)
        is_in_state(page, "live")
        found = in_every_look(page)
        for width in (390, 360):
            page.set_viewport_size({"width": width, "height": 844})
            if page.evaluate(OVERHANG) > 0:
                found.append(f"{width}: scrolls sideways")
        if found:
            wrong[path] = found

    assert wrong == {}
