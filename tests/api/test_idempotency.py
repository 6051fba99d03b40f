"""What is asked again with the same `Idempotency-Key` is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from tasks_app import lifecycle
from tasks_app.credentials import issue_tokens
from tasks_app.models import Task, TaskEvent

URL = "/api/v1/tasks/"
KEY = {"Idempotency-Key": "order-17"}
ECHO = {"operation": "workshop.echo", "params": {"text": "once"}}

pytestmark = pytest.mark.django_db


def fail(task):
    claimed = lifecycle.claim(str(task.pk), worker="worker-1")
    assert claimed is not None
    return lifecycle.fail(claimed, code="broken", message="The printer is on fire.")


def at_once(count, ask):
    """Return the answers to `ask(client)` of so many threads that ask together."""

    def send(_):
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(send, range(count)))


@pytest.fixture
def ask(alice):
    """Return a function that posts as alice with the key, from any thread."""
    headers = {"Authorization": f"Bearer {issue_tokens(alice).access}", **KEY}

    def post(path, body=None):
        return APIClient(headers=headers).post(URL + path, body or {})

    return post


@pytest.mark.django_db(transaction=True)
def test_fifty_submissions_at_once_make_one_task(ask):
    answers = at_once(50, lambda: ask("", ECHO))

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["id"] for answer in answers} == {str(Task.objects.get().pk)}
    assert TaskEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_retries_at_once_are_one(ask, make_task):
    task = fail(make_task())

    answers = at_once(20, lambda: ask(f"{task.pk}/retry/"))

    assert {answer.status_code for answer in answers} == {200}
    assert task.events.filter(to_status="pending").count() == 2


@pytest.mark.parametrize("verb", ["retry", "cancel", "pause"])
def test_an_action_that_comes_twice_is_answered_twice(api, make_task, verb):
    task = fail(make_task()) if verb == "retry" else make_task()
    path, body = f"{URL}{task.pk}/{verb}/", {"expected_version": task.version}

    answers = [api.post(path, body, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert task.events.filter(data__action=verb).count() == 1


def test_a_retry_that_comes_again_after_the_next_failure_starts_nothing(api, make_task):
    task = fail(make_task())
    api.post(f"{URL}{task.pk}/retry/", headers=KEY)
    fail(task)

    answer = api.post(f"{URL}{task.pk}/retry/", headers=KEY)

    assert (answer.status_code, answer.json()["status"]) == (200, "failed")


def test_a_running_task_is_asked_to_stop_once(api, make_claimed):
    path = f"{URL}{make_claimed().pk}/cancel/"

    answers = [api.post(path, headers=KEY) for _ in range(2)]

    assert [answer.json()["cancel_requested"] for answer in answers] == [True, True]


def test_without_a_key_it_is_asked_anew(api, make_task):
    path = f"{URL}{make_task().pk}/cancel/"

    assert [api.post(path).status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize(
    ("verb", "body"), [("resume", {}), ("pause", {"expected_version": 2})]
)
def test_the_same_key_for_something_else_is_refused(api, make_task, verb, body):
    task = make_task()
    api.post(f"{URL}{task.pk}/pause/", headers=KEY)

    answer = api.post(f"{URL}{task.pk}/{verb}/", body, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_conflict"
    assert Task.objects.get().status == "paused"


def test_the_key_of_somebody_else_is_another(api, api_of_staff, make_task):
    path = f"{URL}{make_task().pk}/cancel/"
    api.post(path, headers=KEY)

    assert api_of_staff.post(path, headers=KEY).status_code == 409


def test_a_key_is_of_one_task(api, make_task):
    paths = [f"{URL}{make_task().pk}/cancel/" for _ in range(2)]

    codes = [api.post(path, headers=KEY).status_code for path in paths]

    assert codes == [200, 200]
    assert Task.objects.filter(status="cancelled").count() == 2


def test_many_actions_that_come_twice_are_done_once(api, make_task):
    ids = [str(make_task().pk) for _ in range(2)]
    asked = {"action": "pause", "ids": ids}

    answers = [api.post(f"{URL}bulk/", asked, headers=KEY) for _ in range(2)]
    other = api.post(f"{URL}bulk/", {**asked, "action": "cancel"}, headers=KEY)

    told = [[row["outcome"] for row in a.json()["outcomes"]] for a in answers]
    assert told == [["done", "done"]] * 2
    assert [row["outcome"] for row in other.json()["outcomes"]] == (
        ["idempotency_conflict"] * 2
    )


def test_a_filter_that_comes_twice_is_one_task(api):
    asked = {"action": "cancel", "filter": {"status": ["pending"]}}

    answers = [api.post(f"{URL}bulk/", asked, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["id"] == answers[1].json()["id"]


@pytest.mark.parametrize("key", ["x" * 256, "two words", "\x00", "schlüssel"])
@pytest.mark.parametrize("path", ["", "{pk}/cancel/", "bulk/"])
def test_a_strange_key_is_refused_by_its_name(api, make_task, path, key):
    task = make_task()
    body = ECHO if not path else {}
    if path == "bulk/":
        body = {"action": "cancel", "ids": [str(task.pk)]}

    answer = api.post(URL + path.format(pk=task.pk), body, HTTP_IDEMPOTENCY_KEY=key)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]
    assert Task.objects.get().status == "pending"
