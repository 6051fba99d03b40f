"""Who sees a task, and what they may ask of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.queries import sees_payload
from tests.conftest import ORIGIN, person

from .rows import Make


def test_an_owner_sees_their_own_and_staff_sees_all(
    make_task: Make,
    alice: User,
    bob: User,
    staff: User,
    superuser: User,
    anonymous: AnonymousUser,
) -> None:
    hers, his, nobodys = make_task(), make_task(owner=bob), make_task(owner=None)
    everyone = {hers, his, nobodys}

    def seen(user: User | AnonymousUser) -> set[Task]:
        return set(Task.objects.visible_to(user))

    assert seen(alice) == {hers}
    assert seen(bob) == {his}
    assert seen(staff) == seen(superuser) == everyone
    assert seen(anonymous) == set()


def test_staff_without_the_permission_sees_their_own_only(
    make_task: Make, bob: User
) -> None:
    make_task()
    bob.is_staff = True
    assert not Task.objects.visible_to(bob).exists()

    bob.is_staff = False
    bob.user_permissions.add(Permission.objects.get(codename="view_task"))
    assert not Task.objects.visible_to(User.objects.get(pk=bob.pk)).exists()


def test_who_was_disabled_sees_nothing(make_task: Make, alice: User) -> None:
    task = make_task()
    alice.is_active = False

    assert not Task.objects.visible_to(alice).exists()
    assert task.actions_for(alice) == []


def test_owner_and_operators_may_do_what_the_status_allows(
    make_task: Make, make_claimed: Make, alice: User, staff: User, superuser: User
) -> None:
    failed = lifecycle.fail(make_claimed(), code="x", message="x")
    tasks = {
        ("cancel", "pause"): make_task(),
        ("retry", "delete", "keep"): failed,
        ("delete", "keep"): lifecycle.complete(make_claimed(), result={}),
        ("cancel", "resume"): lifecycle.pause(make_claimed(), origin=ORIGIN),
        (): lifecycle.cancel(make_claimed(), origin=ORIGIN),
    }

    for actions, task in tasks.items():
        for user in (alice, staff, superuser):
            assert tuple(task.actions_for(user)) == actions


def test_strangers_may_do_nothing(
    make_task: Make, bob: User, anonymous: AnonymousUser
) -> None:
    task = make_task()
    bob.user_permissions.set(Permission.objects.filter(codename="cancel_task"))

    assert task.actions_for(bob) == []
    assert task.actions_for(anonymous) == []
    assert make_task(owner=None).actions_for(anonymous) == []


@pytest.mark.parametrize(
    ("permission", "action"),
    [
        ("cancel_task", "cancel"),
        ("pause_task", "pause"),
        ("retry_task", "retry"),
        ("delete_task", "delete"),
        ("pause_task", "resume"),
    ],
)
def test_a_permission_allows_staff_its_own_action(
    make_task: Make,
    make_claimed: Make,
    bob: User,
    permission: str,
    action: str,
) -> None:
    makers: dict[str, Callable[[], Task]] = {
        "cancel": make_task,
        "pause": make_task,
        "resume": lambda: lifecycle.pause(make_task(), origin=ORIGIN),
    }
    failed = makers.get(
        action, lambda: lifecycle.fail(make_claimed(), code="x", message="x")
    )
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename=permission))

    allowed = failed().actions_for(User.objects.get(pk=bob.pk))
    assert allowed == [action, *(["keep"] if action == "delete" else [])]


def test_payloads_are_for_staff_with_the_permission_of_the_tasks_they_see(
    make_task: Make, alice: User, superuser: User
) -> None:
    clerk = person("clerk", is_staff=True)
    payload = Permission.objects.get(codename="view_task_payload")
    for user in (alice, clerk):
        user.user_permissions.add(payload)
    hers, clerks = make_task(), make_task(owner=clerk)

    seen = {
        user.username: (sees_payload(user, hers), sees_payload(user, clerks))
        for user in (alice, clerk, person("viewer", is_staff=True), superuser)
    }

    assert seen == {
        "alice": (False, False),
        "clerk": (False, True),
        "viewer": (False, False),
        "admin": (True, True),
    }
