"""Who may open the pages, and what they find there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task

from .places import ACT, LIST, NEW, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client


@pytest.mark.parametrize("path", [LIST, NEW, ACT])
def test_people_who_are_no_staff_are_sent_to_sign_in(
    open_as: Callable[[User], Client], alice: User, client: Client, path: str
) -> None:
    for browser in (open_as(alice), client):
        response = browser.get(path)

        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_staff_without_the_permission_see_their_own_tasks_only(
    open_as: Callable[[User], Client], clerk: User, make_task: Callable[..., Task]
) -> None:
    own, others = make_task(owner=clerk, title="own"), make_task(title="of alice")
    browser = open_as(clerk)

    content = browser.get(LIST).content.decode()

    assert "own" in content
    assert "of alice" not in content
    assert browser.get(page_of(own)).status_code == 200
    assert browser.get(page_of(others)).status_code == 404


def test_staff_without_the_permission_are_offered_no_filter_by_owner(
    open_as: Callable[[User], Client], clerk: User, make_task: Callable[..., Task]
) -> None:
    make_task()

    assert 'name="owner"' not in open_as(clerk).get(LIST).content.decode()


def test_the_tasks_of_others_are_not_touched_by_who_may_not_see_them(
    open_as: Callable[[User], Client], clerk: User, make_task: Callable[..., Task]
) -> None:
    task = make_task()

    response = open_as(clerk).post(ACT, {"act": f"cancel:{task.pk}"}, follow=True)

    assert told(response) == [
        "No task was chosen, so nothing was changed. Tick some rows first."
    ]
    assert Task.objects.get().status == "pending"


def test_who_may_see_but_not_steer_gets_no_buttons_and_a_clear_refusal(
    open_as: Callable[[User], Client],
    clerk: User,
    make_task: Callable[..., Task],
    grant: Callable[[User, str], User],
) -> None:
    task = make_task(title="orders")
    browser = open_as(grant(clerk, "view_task"))

    page = browser.get(page_of(task))
    response = browser.post(ACT, {"act": f"cancel:{task.pk}"}, follow=True)

    assert [button.shown for button in page.context["row"].buttons] == [False] * 4
    assert told(response) == ["You may not cancel “orders”. Ask its owner to."]
    assert Task.objects.get().status == "pending"


def test_tracebacks_and_parameters_are_for_those_with_the_permission(
    open_as: Callable[[User], Client],
    desk: Client,
    clerk: User,
    make_claimed: Callable[..., Task],
    grant: Callable[[User, str], User],
) -> None:
    task = make_claimed(params={"text": "a secret word"})
    lifecycle.fail(task, code="x", message="It broke.", detail="Traceback in line 7")
    viewer = open_as(grant(clerk, "view_task"))

    shown, hidden = (
        browser.get(page_of(task)).content.decode() for browser in (desk, viewer)
    )

    for secret in ("Traceback in line 7", "a secret word"):
        assert secret in shown
        assert secret not in hidden
    assert "It broke." in hidden


@pytest.mark.parametrize(
    ("path", "codes"), [("add/", [302, 405]), ("{pk}/delete/", [403, 403])]
)
def test_tasks_are_neither_added_nor_deleted_by_djangos_forms(
    open_as: Callable[[User], Client],
    superuser: User,
    make_task: Callable[..., Task],
    path: str,
    codes: list[int],
) -> None:
    task = make_task()
    browser = open_as(superuser)
    address = LIST + path.format(pk=task.pk)

    answers = [browser.get(address), browser.post(address, {"post": "yes"})]

    assert [answer.status_code for answer in answers] == codes
    assert Task.objects.count() == 1


@pytest.mark.parametrize("path", ["", "{pk}/change/"])
def test_list_and_page_take_no_posts(
    desk: Client, make_task: Callable[..., Task], path: str
) -> None:
    task = make_task(title="before")

    response = desk.post(LIST + path.format(pk=task.pk), {"title": "after"})

    assert response.status_code == 405
    assert Task.objects.get().title == "before"


@pytest.mark.parametrize(
    "pk", ["0", "nonsense", "00000000-0000-0000-0000-000000000000"]
)
def test_a_task_that_is_not_there_is_not_found(desk: Client, pk: str) -> None:
    assert desk.get(f"{LIST}{pk}/change/").status_code == 404


def test_what_users_wrote_is_never_markup(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed(title="<script>alert(1)</script>")
    lifecycle.complete(task, result={"<b>": "<img src=x>"})

    for path in (LIST, page_of(task)):
        content = desk.get(path).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x>" not in content
