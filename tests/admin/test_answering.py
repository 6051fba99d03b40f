"""What a task asks stands on its page with a button for each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim

from .places import ACT, LIST, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db

CHOICES: Final[list[dict[str, str]]] = [
    {"value": "skip", "label": "Skip it", "description": "Nothing is done."},
    {"value": "all:of it", "label": "Process it", "description": ""},
]
QUESTION: Final[dict[str, Any]] = {
    "key": "again",
    "text": "Do it <again>?",
    "choices": CHOICES,
}
TEXT: Final = "Do it &lt;again&gt;?"


@pytest.fixture
def asking(make_claimed: Callable[..., Task]) -> Task:
    return lifecycle.ask(make_claimed(title="orders"), question=QUESTION)


def answer_of(task: Task) -> str:
    return f"{LIST}{task.pk}/answer/"


def form(task: Task, choice: str, **more: Any) -> dict[str, Any]:
    return {"act": f"answer:{task.pk}:{choice}", "version": task.version, **more}


def test_the_page_has_the_question_and_a_button_for_each_choice(
    desk: Client, asking: Task
) -> None:
    page = desk.get(page_of(asking)).content.decode()

    assert TEXT in page
    for choice in CHOICES:
        assert f'value="answer:{asking.pk}:{choice["value"]}"' in page
        assert choice["label"] in page
        assert choice["description"] in page
    assert "It goes on when somebody answers." in page
    assert f'action="{answer_of(asking)}"' in page


def test_the_part_comes_with_the_others_and_goes_with_the_answer(
    desk: Client, asking: Task
) -> None:
    def part() -> str:
        header = {"X-Fragment": "story"}
        return desk.get(page_of(asking), headers=header).content.decode()

    assert 'data-part="asks"' in (before := part())
    assert 'data-verb="answer"' in before
    lifecycle.answer(asking, choice="skip", origin=ORIGIN)

    assert 'data-part="asks"' in (after := part())
    assert 'data-verb="answer"' not in after


def test_the_line_of_the_list_says_what_is_asked(desk: Client, asking: Task) -> None:
    page = desk.get(LIST).content.decode()

    assert f"Waits for an answer: {TEXT}" in page


@pytest.mark.parametrize("choice", [choice["value"] for choice in CHOICES])
def test_a_button_answers_and_leads_back(
    desk: Client, asking: Task, choice: str
) -> None:
    response = desk.post(answer_of(asking), form(asking, choice), follow=True)

    assert response.redirect_chain == [(page_of(asking), 302)]
    assert told(response) == ["“orders” goes on with your answer."]
    task = Task.objects.get()
    assert (task.status, (task.question or {})["answer"]) == ("pending", choice)
    event = task.events.latest("version")
    assert (event.actor, event.source) == ("staff", "admin")


def test_who_comes_second_is_told_who_was_first(desk: Client, asking: Task) -> None:
    lifecycle.answer(asking, choice="skip", origin=ORIGIN)

    response = desk.post(answer_of(asking), form(asking, "all:of it"), follow=True)

    (sentence,) = told(response)
    assert sentence == (
        "“orders” was not answered. This question was answered already."
        " alice answered: Skip it."
    )
    assert (Task.objects.get().question or {})["answer"] == "skip"


def test_an_answer_is_to_the_question_that_was_read(desk: Client, asking: Task) -> None:
    answered = lifecycle.answer(asking, choice="skip", origin=ORIGIN)
    lifecycle.ask(claim(answered), question={**QUESTION, "key": "other"})

    response = desk.post(answer_of(asking), form(asking, "skip"), follow=True)

    assert "Look at it again" in told(response)[0]
    assert Task.objects.get().status == "paused"


@pytest.mark.parametrize(
    "fields", [{}, {"act": "answer"}, {"act": "answer:x:burn"}, {"version": "9" * 5000}]
)
def test_what_is_no_choice_changes_nothing_and_says_so(
    desk: Client, asking: Task, fields: dict[str, str]
) -> None:
    response = desk.post(answer_of(asking), fields, follow=True)

    assert "Must be one of: skip, all:of it." in told(response)[0]
    assert Task.objects.get().status == "paused"


def test_who_may_only_look_reads_it_without_buttons(
    clerk: User,
    open_as: Callable[[User], Client],
    grant: Callable[[User, str], User],
    asking: Task,
) -> None:
    viewer = open_as(grant(clerk, "view_task"))

    page = viewer.get(page_of(asking)).content.decode()
    response = viewer.post(answer_of(asking), form(asking, "skip"), follow=True)

    assert TEXT in page
    assert "Its owner can answer: alice." in page
    assert 'data-verb="answer"' not in page
    assert told(response) == ["You may not answer “orders”. Ask its owner to."]
    assert Task.objects.get().status == "paused"


def test_a_stranger_learns_nothing_of_it(
    clerk: User, open_as: Callable[[User], Client], asking: Task
) -> None:
    response = open_as(clerk).post(answer_of(asking), form(asking, "skip"))

    assert response.status_code == 404
    assert Task.objects.get().status == "paused"


def test_resume_leaves_a_question_as_it_is_and_says_why(
    desk: Client, asking: Task
) -> None:
    one = desk.post(ACT, {"act": f"resume:{asking.pk}"}, follow=True)

    assert told(one) == [
        "“orders” was not resumed: it asked a question. Answer it on its page."
    ]
    assert Task.objects.get().status == "paused"


def test_of_many_that_are_resumed_those_with_a_question_are_counted_apart(
    desk: Client, asking: Task, make_task: Callable[..., Task]
) -> None:
    paused = lifecycle.pause(make_task(), origin=ORIGIN)
    ids = [str(asking.pk), str(paused.pk)]

    response = desk.post(ACT, {"act": "resume", "id": ids}, follow=True)

    assert told(response) == ["1 task resumed. 1 was waiting for an answer."]
    assert Task.objects.get(pk=asking.pk).status == "paused"
