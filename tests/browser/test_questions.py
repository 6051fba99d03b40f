"""What a task asks comes and goes on an open page, and is answered without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import Site, badge, open_list, row_of, watching
from .test_many import tab_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Locator, Page

TEXT: Final = "This file and “bank.csv” are 87% alike. What shall I do with it?"
QUESTION: Final[dict[str, Any]] = {
    "key": "again",
    "text": TEXT,
    "choices": [
        {"value": "skip", "label": "Skip it", "description": "Nothing is made of it."},
        {"value": "process", "label": "Process it anyway", "description": ""},
    ],
}


@pytest.fixture
def running(make_claimed: Callable[..., Task]) -> Task:
    return make_claimed(title="bank-later.csv")


def open_task(page: Page, task: Task) -> None:
    page.goto(f"/admin/tasks_app/task/{task.pk}/change/")
    watching(page)


def choice(page: Page, value: str) -> Locator:
    return page.locator(f".asks button[value$=':{value}']")


def test_a_question_appears_is_answered_and_goes(
    site: Site, page: Page, running: Task
) -> None:
    open_task(page, running)
    expect(page.locator(".asks")).to_have_count(0)

    lifecycle.ask(running, question=QUESTION)

    expect(page.locator(".asks h2")).to_have_text(TEXT)
    expect(badge(page)).to_have_text("Paused")
    expect(page.locator("#spoken")).to_contain_text(TEXT)
    tab_to(page, ".asks button[value$=':skip']")
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text(
        "“bank-later.csv” goes on with your answer."
    )
    expect(page.locator(".asks")).to_have_count(0)
    expect(badge(page)).to_have_text("Pending")
    expect(page.locator("h1")).to_be_focused()
    event = Task.objects.get().events.latest("version")
    assert event.message == "staff answered: Skip it."


def test_an_answer_of_somebody_else_takes_the_question_away(
    site: Site, page: Page, running: Task
) -> None:
    asked = lifecycle.ask(running, question=QUESTION)
    open_task(page, running)
    expect(choice(page, "skip")).to_be_visible()
    page.context.set_offline(True)
    choice(page, "process").click()
    expect(page.locator(".toast")).to_contain_text("The server cannot be reached.")

    lifecycle.answer(asked, choice="skip", origin=ORIGIN)
    page.context.set_offline(False)

    late = page.locator(".toast", has_text="answered already")
    expect(late).to_contain_text("alice answered: Skip it.")
    expect(page.locator(".asks")).to_have_count(0)
    assert (Task.objects.get().question or {})["answer"] == "skip"


def test_the_list_says_what_is_asked_as_soon_as_it_is(
    site: Site, page: Page, running: Task
) -> None:
    open_list(page)
    line = row_of(page, running).locator("[data-field=line]")
    expect(line).not_to_contain_text("answer")

    asked = lifecycle.ask(running, question=QUESTION)
    expect(line).to_have_text(f"Waits for an answer: {TEXT}")

    lifecycle.answer(asked, choice="skip", origin=ORIGIN)
    expect(line).not_to_contain_text("answer")


def test_without_scripts_the_buttons_post_a_form(
    site: Site, open_as: Callable[..., Page], staff: User, running: Task
) -> None:
    lifecycle.ask(running, question=QUESTION)
    page = open_as(staff, java_script_enabled=False)
    page.goto(f"/admin/tasks_app/task/{running.pk}/change/")

    choice(page, "process").click()

    expect(page.locator(".messagelist, .toast").first).to_contain_text(
        "“bank-later.csv” goes on with your answer."
    )
    assert (Task.objects.get().question or {})["answer"] == "process"
