"""POST /api/v1/tasks/{id}/answer/: a paused task is told what it asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

URL = "/api/v1/tasks/"
CHOICE: dict[str, Any] = {"value": "yes", "label": "Yes", "description": "Go on."}
QUESTION = {"key": "go", "text": "Go on?", "choices": [CHOICE]}


@pytest.fixture
def asking(make_claimed) -> Task:
    return lifecycle.ask(make_claimed(), question=QUESTION)


def test_the_question_stands_on_the_task_until_it_is_answered(api, asking):
    told = api.get(f"{URL}{asking.pk}/").json()
    assert told["question"] == {"text": "Go on?", "choices": [CHOICE]}
    assert told["actions"] == ["answer", "cancel"]
    (listed,) = api.get(URL).json()["results"]
    assert listed["question"] == told["question"]

    answered = api.post(f"{URL}{asking.pk}/answer/", {"choice": "yes"}).json()

    assert (answered["status"], answered["question"]) == ("pending", None)
    event = api.get(f"{URL}{asking.pk}/events/").json()[-1]
    assert event["data"] == {"action": "answer", "choice": "yes"}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "choice"), ({"choice": "no"}, "choice"), ({"choice": "yes", "x": 1}, "x")],
)
def test_what_is_no_choice_is_refused_by_name(api, asking, body, field):
    response = api.post(f"{URL}{asking.pk}/answer/", body)

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert Task.objects.get().status == "paused"


def test_resume_is_no_answer(api, asking):
    response = api.post(f"{URL}{asking.pk}/resume/")

    assert response.status_code == 409
    assert response.json()["code"] == "needs_answer"
    assert response.json()["actions"] == ["answer", "cancel"]


def test_who_answers_second_is_told_who_was_first(api, asking):
    lifecycle.answer(asking, choice="yes", origin=ORIGIN)

    response = api.post(f"{URL}{asking.pk}/answer/", {"choice": "yes"})

    told = response.json()
    assert (response.status_code, told["code"]) == (409, "already_answered")
    assert told["detail"].endswith("alice answered: Yes.")
    assert (told["current_status"], told["actions"]) == ("pending", ["cancel", "pause"])


def test_many_that_are_resumed_leave_a_question_alone(api, asking):
    body = {"action": "resume", "ids": [str(asking.pk)]}

    (outcome,) = api.post(f"{URL}bulk/", body).json()["outcomes"]

    assert outcome["outcome"] == "needs_answer"
    assert Task.objects.get().status == "paused"


def test_a_task_that_asks_waits_for_its_answer(api, asking):
    told = api.get(f"{URL}{asking.pk}/").json()["waiting"]

    assert (told["reason"], told["by"]) == ("question", "")


def test_the_same_key_answers_once(api, asking):
    path = f"{URL}{asking.pk}/answer/"
    for _ in range(2):
        response = api.post(path, {"choice": "yes"}, HTTP_IDEMPOTENCY_KEY="k")
        assert response.status_code == 200
    assert Task.objects.get().events.filter(data__action="answer").count() == 1

    versions = {"choice": "yes", "expected_version": 9}
    response = api.post(path, versions, HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == 422
