"""Many tasks at once without scripts: the question, the answer, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN

from .places import ACT, LIST, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db
BULK = "maintenance.bulk"


@pytest.fixture
def ended(make_task: Callable[..., Task]) -> Callable[..., Task]:
    """Return a function that makes a cancelled task."""

    def make(**fields: Any) -> Task:
        return lifecycle.cancel(make_task(**fields), origin=ORIGIN)

    return make


def test_deleting_ticked_rows_is_asked_about_with_number_and_names(
    desk: Client, ended: Callable[..., Task]
) -> None:
    ids = [str(ended(title=title).pk) for title in ("one", "two")]

    question = desk.post(ACT, {"act": "delete", "id": ids, "next": f"{LIST}?owner=me"})

    content = question.content.decode()
    assert "<h1>Delete 2 tasks?</h1>" in content
    assert "gone for good" in content
    assert "one" in content
    assert Task.objects.count() == 2
    answer = {"act": "delete", "id": ids, "confirmed": "1", "next": LIST}
    assert told(desk.post(ACT, answer, follow=True)) == ["2 tasks deleted."]
    assert Task.objects.count() == 0


def test_deleting_one_task_leads_to_the_list_since_its_page_is_gone(
    desk: Client, ended: Callable[..., Task]
) -> None:
    task = ended(title="orders")
    act, back = f"delete:{task.pk}", page_of(task)

    question = desk.post(ACT, {"act": act, "next": back})
    response = desk.post(ACT, {"act": act, "next": back, "confirmed": "1"}, follow=True)

    assert "<h1>Delete 1 task?</h1>" in question.content.decode()
    assert response.redirect_chain == [(LIST, 302)]
    assert told(response) == ["“orders” is deleted."]


def test_what_is_not_final_is_not_deleted(
    desk: Client, ended: Callable[..., Task], make_task: Callable[..., Task]
) -> None:
    ids = [str(ended().pk), str(make_task().pk)]

    response = desk.post(
        ACT, {"act": "delete", "id": ids, "confirmed": "1"}, follow=True
    )

    assert told(response) == ["1 task deleted. 1 was pending."]
    assert Task.objects.get().status == "pending"


def test_acting_on_all_that_match_is_asked_about_with_the_number_it_is_for(
    desk: Client, make_task: Callable[..., Task], ended: Callable[..., Task]
) -> None:
    for number in range(3):
        make_task(title=f"orders {number}")
    make_task(title="invoices")
    ended(title="orders of May")

    question = desk.post(ACT, {"act": "cancel", "all": "1", "query": "?search=orders"})

    content = question.content.decode()
    assert "<h1>Cancel 3 tasks?</h1>" in content
    assert "Others that match stay as they are" in content
    assert not Task.objects.filter(operation=BULK).exists()


def test_earlier_actions_on_many_are_left_alone_and_not_counted(
    desk: Client, staff: User, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")
    submit(
        operation=BULK,
        params={"action": "cancel", "filter": {}},
        owner=staff,
        origin=ORIGIN,
    )

    every = desk.post(ACT, {"act": "pause", "all": "1", "query": "?"})
    only = desk.post(ACT, {"act": "pause", "all": "1", "query": f"?operation={BULK}"})
    none = desk.post(
        ACT, {"act": "pause", "all": "1", "query": "?operation=workshop.echo"}
    )

    assert "<h1>Pause 1 task?</h1>" in every.content.decode()
    assert "many tasks themselves are left alone" in every.content.decode()
    assert "<h1>Pause 0 tasks?</h1>" in only.content.decode()
    assert "<h1>Pause 1 task?</h1>" in none.content.decode()
    assert "left alone" not in none.content.decode()


def test_yes_starts_a_task_that_can_be_followed(
    desk: Client, staff: User, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")
    query = (
        "?search=orders&priority=5&status=pending,failed&created=24h&ordering=status"
    )

    response = desk.post(
        ACT,
        {"act": "cancel", "all": "1", "query": query, "confirmed": "1"},
        follow=True,
    )

    task = Task.objects.get(operation=BULK)
    assert task.owner == staff
    wanted = task.params["filter"]
    assert wanted.pop("created_after")
    assert task.params["action"] == "cancel"
    assert wanted == {"status": ["pending"], "search": "orders", "priority": 5}
    assert f'<a href="{page_of(task)}">A task</a> does this now' in told(response)[0]


def test_all_of_what_is_not_understood_is_none_of_it(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    sent = {"act": "cancel", "all": "1", "query": "?status=nonsense", "confirmed": "1"}

    response = desk.post(ACT, sent, follow=True)

    assert told(response)[0].startswith("Nothing was changed, since the filter")
    assert not Task.objects.filter(operation=BULK).exists()


def test_a_question_about_nothing_offers_only_the_way_back(
    desk: Client, ended: Callable[..., Task]
) -> None:
    ended()

    content = desk.post(ACT, {"act": "pause", "all": "1"}).content.decode()

    assert "None of the tasks is in a status that allows this." in content
    assert 'name="act"' not in content


def test_a_search_that_a_bulk_action_does_not_take_is_told(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    query = "?search=" + "a" * 201
    sent = {"act": "cancel", "all": "1", "query": query, "confirmed": "1"}

    response = desk.post(ACT, sent, follow=True)

    assert told(response)[0].startswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("permissions", "owns", "verbs"),
    [
        (["view_task"], False, []),
        (["view_task"], True, ["cancel", "delete", "pause", "resume", "retry"]),
        (["view_task", "cancel_task"], False, ["cancel"]),
        (["view_task", "pause_task"], False, ["pause", "resume"]),
        ([], False, ["cancel", "delete", "pause", "resume", "retry"]),  # of their own
    ],
)
def test_the_bar_offers_what_its_reader_may(
    open_as: Callable[[User], Client],
    clerk: User,
    make_task: Callable[..., Task],
    grant: Callable[[User, str], User],
    permissions: list[str],
    owns: object,
    verbs: list[str],
) -> None:
    for name in permissions:
        grant(clerk, name)
    make_task()
    if owns:
        make_task(owner=clerk)

    found = open_as(clerk).get(LIST).context["cl"]

    assert sorted(verb.name for verb in found.verbs) == verbs


def test_who_sees_only_their_own_asks_about_no_others(
    open_as: Callable[[User], Client], clerk: User, make_task: Callable[..., Task]
) -> None:
    make_task()
    make_task(owner=clerk)

    question = open_as(clerk).post(ACT, {"act": "cancel", "all": "1", "query": "?"})

    assert "<h1>Cancel 1 task?</h1>" in question.content.decode()
