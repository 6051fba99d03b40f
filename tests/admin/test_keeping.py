"""A task is kept from its page; what is kept asks to be let go before it is deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]
LIST = "/admin/tasks_app/task/"


@pytest.fixture
def ended(make_claimed: Callable[..., Task]) -> Task:
    return lifecycle.complete(make_claimed(title="Books"), result={})


@pytest.fixture
def page(client: Client, staff, ended):
    """Return a function that gives the page of the task."""
    client.force_login(staff)
    return lambda part="change": client.get(f"{LIST}{ended.pk}/{part}/")


def act(client: Client, verb: str, task: Task) -> list[str]:
    answer = client.post(f"{LIST}act/", {"act": f"{verb}:{task.pk}"})
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_page_keeps_the_task_and_stops_keeping_it(client, page, ended):
    assert page().context["can_keep"]
    assert act(client, "keep", ended) == ["“Books” is kept."]
    assert Task.objects.get().kept

    shown = page()
    assert not shown.context["can_keep"]
    assert "until somebody stops keeping it" in shown.content.decode()
    assert act(client, "unkeep", ended) == ["“Books” is kept no longer."]

    assert not Task.objects.get().kept


def test_deleting_what_is_kept_asks_to_stop_keeping_it_first(client, page, ended):
    lifecycle.keep(ended, origin=ORIGIN)
    assert not page().context["can_delete"]

    text = page("remove").content.decode()
    client.post(f"{LIST}{ended.pk}/remove/")

    assert "is kept, so it is not deleted. Stop keeping it first." in text
    assert f"unkeep:{ended.pk}" in text
    assert Task.objects.filter(pk=ended.pk).exists()


def test_of_several_the_kept_one_stays_and_is_named(client, page, ended, make_claimed):
    lifecycle.keep(ended, origin=ORIGIN)
    other = lifecycle.complete(make_claimed(), result={})
    body = {"act": "delete", "id": [ended.pk, other.pk], "confirmed": "1"}

    answer = client.post(f"{LIST}act/", body)

    (told,) = [str(each) for each in get_messages(answer.wsgi_request)]
    assert told == "1 task deleted. 1 was kept."
    assert list(Task.objects.all()) == [ended]


def test_the_list_marks_what_is_kept(client, page, ended):
    hidden = 'data-pin title="Kept" hidden'
    assert hidden in client.get(LIST).content.decode()

    lifecycle.keep(ended, origin=ORIGIN)

    assert hidden not in client.get(LIST).content.decode()
