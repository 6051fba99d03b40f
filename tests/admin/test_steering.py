"""Buttons as a form: the way without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.test import Client

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .places import ACT, LIST, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db


def test_a_waiting_task_is_cancelled_and_the_history_says_who_did_it(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")

    response = desk.post(
        ACT, {"act": f"cancel:{task.pk}", "next": page_of(task)}, follow=True
    )

    assert response.redirect_chain == [(page_of(task), 302)]
    assert told(response) == ["“orders” is cancelled."]
    event = Task.objects.get().events.latest("version")
    assert (event.actor, event.source) == ("staff", "admin")
    assert event.request_id


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("cancel", "“Echo” will be cancelled at its next checkpoint."),
        ("pause", "“Echo” will be paused at its next checkpoint."),
    ],
)
def test_a_running_task_is_asked_to_stop(
    desk: Client, make_claimed: Callable[..., Task], verb: str, sentence: str
) -> None:
    task = make_claimed()

    response = desk.post(ACT, {"act": f"{verb}:{task.pk}"}, follow=True)

    assert told(response) == [sentence]
    assert Task.objects.get().status == "processing"


def test_a_paused_task_goes_on_and_an_ended_one_runs_again(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    paused, ended = make_task(title="paused"), make_task(title="ended")
    lifecycle.pause(paused, origin=ORIGIN)
    lifecycle.cancel(ended, origin=ORIGIN)

    first = desk.post(ACT, {"act": f"resume:{paused.pk}"}, follow=True)
    second = desk.post(ACT, {"act": f"retry:{ended.pk}"}, follow=True)

    assert told(first) == ["“paused” goes on."]
    assert told(second) == ["“ended” will run again."]
    assert set(Task.objects.values_list("status", flat=True)) == {"pending"}


def test_losing_a_race_is_told_in_words(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed(title="orders")
    lifecycle.complete(task, result=None)

    response = desk.post(ACT, {"act": f"cancel:{task.pk}"}, follow=True)

    assert told(response) == ["“orders” was not cancelled: it is already completed."]
    assert Task.objects.get().status == "completed"


def test_a_task_deleted_between_look_and_click_is_told_in_words(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = lifecycle.cancel(make_task(title="orders"), origin=ORIGIN)
    permits = Task.permits

    def deleted_meanwhile(row: Task, user: User, action: str) -> bool:
        lifecycle.delete(row)
        row.pk = task.pk
        return permits(row, user, action)

    with patch.object(Task, "permits", deleted_meanwhile):
        response = desk.post(ACT, {"act": f"retry:{task.pk}"}, follow=True)

    assert told(response) == ["“orders” was not retried. The task was deleted."]


def test_ticked_rows_are_changed_together_and_refusals_are_counted(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    one, two, late = (make_task(title=title) for title in ("one", "two", "late"))
    lifecycle.cancel(late, origin=ORIGIN)
    ids = [str(task.pk) for task in (one, two, late)]

    response = desk.post(ACT, {"act": "cancel", "id": ids}, follow=True)

    assert told(response) == [
        "2 tasks cancelled, or asked to be. 1 was already cancelled."
    ]


@pytest.mark.parametrize("act", ["", "cancel", "cancel:nonsense", "delete:", "x" * 300])
def test_nonsense_changes_nothing_and_says_so(
    desk: Client, make_task: Callable[..., Task], act: str
) -> None:
    make_task()

    response = desk.post(ACT, {"act": act, "id": ["nonsense"]}, follow=True)

    assert told(response)[0].startswith("No task was chosen")
    assert Task.objects.get().status == "pending"


def test_the_way_back_never_leads_to_another_site(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task()

    response = desk.post(
        ACT, {"act": f"cancel:{task.pk}", "next": "https://evil.example/"}
    )

    assert response["Location"] == LIST


def test_without_a_token_nothing_happens(
    staff: User, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    response = strict.post(ACT, {"act": f"cancel:{task.pk}"})

    assert response.status_code == 403
    assert Task.objects.get().status == "pending"
    assert strict.get(ACT).status_code == 405
