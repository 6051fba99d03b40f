"""One rule for every door: who may ask this of a task, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tasks_app.errors import NotPermittedError
from tasks_app.models import Task
from tasks_app.operations import steering
from tests.conftest import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]


@pytest.mark.parametrize("verb", steering.VERBS)
def test_who_may_not_is_refused_whatever_the_status_allows(
    make_task: Callable[..., Task], bob: User, verb: str
) -> None:
    task = make_task()

    with pytest.raises(NotPermittedError, match=f"You may not {verb} this task"):
        steering.ask(task, verb, user=bob, origin=ORIGIN)

    assert Task.objects.get().version == task.version


def test_who_may_steers_and_deletes(
    make_task: Callable[..., Task], alice: User
) -> None:
    task = make_task()

    for verb, status in [("pause", "paused"), ("resume", "pending")]:
        assert steering.ask(task, verb, user=alice, origin=ORIGIN).status == status
    steering.ask(task, "cancel", user=alice, origin=ORIGIN, reason="Not needed")
    assert "Not needed" in task.events.latest("version").message
    steering.ask(task, "delete", user=alice, origin=ORIGIN)

    assert not Task.objects.exists()
