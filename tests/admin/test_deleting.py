"""Deleting a task on its page, and what its address says afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .places import LIST, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client


def remove_of(task: Task) -> str:
    return f"{LIST}{task.pk}/remove/"


@pytest.fixture
def ended(make_task: Callable[..., Task]) -> Task:
    return lifecycle.cancel(make_task(title="orders"), origin=ORIGIN)


def test_the_page_asks_and_changes_nothing(desk: Client, ended: Task) -> None:
    response = desk.get(remove_of(ended))

    assert "Delete “orders”?" in response.content.decode()
    assert Task.objects.count() == 1


def test_the_form_deletes_and_leads_to_the_list(desk: Client, ended: Task) -> None:
    response = desk.post(remove_of(ended), follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert told(response) == ["“orders” is deleted, with its history and files."]
    assert Task.objects.count() == 0


def test_what_has_not_ended_is_not_deleted(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")

    assert "Cancel it first." in desk.get(remove_of(task)).content.decode()
    response = desk.post(remove_of(task), follow=True)

    assert told(response)[0].startswith("“orders” was not deleted.")
    assert Task.objects.count() == 1


def test_only_who_may_delete_is_offered_it_and_asked(
    desk: Client,
    open_as: Callable[[User], Client],
    clerk: User,
    grant: Callable[[User, str], User],
    ended: Task,
) -> None:
    viewer = open_as(grant(clerk, "view_task"))

    assert "Delete…" in desk.get(page_of(ended)).content.decode()
    assert "Delete…" not in viewer.get(page_of(ended)).content.decode()
    assert "<dialog" not in viewer.get(page_of(ended)).content.decode()
    for response in (viewer.get(remove_of(ended)), viewer.post(remove_of(ended))):
        assert response.status_code == 403
    assert Task.objects.count() == 1


def test_its_address_tells_what_is_known_to_who_could_see_it(
    desk: Client,
    open_as: Callable[[User], Client],
    clerk: User,
    make_task: Callable[..., Task],
) -> None:
    task = lifecycle.cancel(make_task(title="orders", owner=clerk), origin=ORIGIN)
    lifecycle.delete(task)

    for browser in (desk, open_as(clerk)):
        response = browser.get(page_of(task))

        content = response.content.decode()
        assert response.status_code == 410
        for known in ("orders", "This task was deleted", "Cancelled", "Echo"):
            assert known in content


def test_to_everybody_else_it_is_like_what_never_was(
    open_as: Callable[[User], Client], clerk: User, ended: Task
) -> None:
    lifecycle.delete(ended)
    browser = open_as(clerk)

    gone, never = (browser.get(f"{LIST}{pk}/change/") for pk in (ended.pk, uuid4()))

    assert gone.status_code == never.status_code == 404
    assert "orders" not in gone.content.decode()


def test_a_part_of_the_page_of_a_deleted_task_is_refused(
    desk: Client, ended: Task
) -> None:
    lifecycle.delete(ended)

    response = desk.get(page_of(ended), headers={"X-Fragment": "story"})

    assert response.status_code == 410
    assert "X-Fragment" not in response
