"""Of tasks and what belongs to them the admin edits nothing; their users may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User

from tasks_app.models import Artifact, Batch, Task, TaskEvent, Upload
from tests.lifecycle.rows import fresh

from .places import LIST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

# The models of ours that have pages at all.
OURS = {
    "alertchannel",
    "alertrule",
    "apitoken",
    "delivery",
    "incident",
    "schedule",
    "task",
}
EDITED = {"title": "changed", "status": "completed", "priority": "9", "_save": "Save"}


@pytest.fixture
def powerful(superuser: User) -> User:
    """Has every permission by name as well, should a page ask for one."""
    superuser.user_permissions.set(Permission.objects.all())
    return superuser


@pytest.mark.parametrize("page", ["add/", "{id}/change/", "{id}/delete/", ""])
def test_no_permission_opens_a_form_that_writes_tasks(
    open_as: Callable[[User], Client],
    powerful: User,
    make_task: Callable[..., Task],
    page: str,
) -> None:
    task = make_task()
    desk = open_as(powerful)
    ticked = {"action": "delete_selected", "_selected_action": str(task.pk)}

    response = desk.post(
        LIST + page.format(id=task.pk), {**EDITED, **ticked, "post": "yes"}
    )

    assert response.status_code in {403, 405}
    assert fresh(task).version == task.version
    assert Task.objects.count() == 1


def test_no_page_of_a_task_has_a_field_to_edit_it(
    open_as: Callable[[User], Client], powerful: User, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="as it is")
    response: Any = open_as(powerful).get(f"{LIST}{task.pk}/change/")

    page = response.content.decode()
    assert "adminform" not in response.context
    assert 'name="title"' not in page
    assert 'name="status"' not in page


@pytest.mark.parametrize("model", [TaskEvent, Upload, Artifact, Batch])
def test_what_belongs_to_a_task_has_no_page(
    open_as: Callable[[User], Client], powerful: User, model: type[Any]
) -> None:
    name = model._meta.model_name

    for page in ("", "add/", "1/change/", "1/delete/"):
        response = open_as(powerful).get(f"/admin/tasks_app/{name}/{page}")
        assert response.status_code == 404


def test_no_other_model_of_ours_is_registered_one_day_by_accident() -> None:
    ours = apps.get_app_config("tasks_app").get_models()

    found = {m._meta.model_name for m in ours if admin.site.is_registered(m)}

    assert found == OURS


@pytest.mark.parametrize("one_by_one", [True, False])
def test_who_is_deleted_leaves_their_tasks_and_history_behind(
    open_as: Callable[[User], Client],
    powerful: User,
    alice: User,
    make_claimed: Callable[..., Task],
    one_by_one: Any,
) -> None:
    task = make_claimed(title="hers")
    history = task.events.count()
    if one_by_one:
        address, sent = f"/admin/auth/user/{alice.pk}/delete/", {"post": "yes"}
    else:
        ticked = {"action": "delete_selected", "_selected_action": str(alice.pk)}
        address, sent = "/admin/auth/user/", {**ticked, "post": "yes"}

    response = open_as(powerful).post(address, sent)

    assert response.status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()
    left = fresh(task)
    assert (left.owner, left.status, left.title) == (None, "processing", "hers")
    assert (left.version, left.lease_token) == (task.version, task.lease_token)
    assert left.events.count() == history


def test_the_confirmation_does_not_threaten_with_their_tasks(
    open_as: Callable[[User], Client],
    powerful: User,
    alice: User,
    make_task: Callable[..., Task],
) -> None:
    make_task(title="unmistakable")

    page = open_as(powerful).get(f"/admin/auth/user/{alice.pk}/delete/")

    assert "unmistakable" not in page.content.decode()
