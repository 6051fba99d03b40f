"""Messages of earlier releases and of beats of others still submit a task."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.operations.schedules import submit_scheduled
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def test_a_message_submits_an_ordinary_task():
    submit_scheduled("workshop.echo", params={"text": "hi"})

    task = Task.objects.get()
    assert (task.source, task.owner, task.status) == ("schedule", None, "pending")
    assert task.params == {"text": "hi"}
    assert [event.actor for event in task.events.all()] == ["schedule"]


def test_a_message_that_comes_again_in_its_minute_submits_nothing():
    # The next minute would be another slot.
    wait_until(lambda: timezone.now().second < 40, what="a minute that has just begun")
    for _ in range(2):
        for text in ("one", "other"):
            submit_scheduled("workshop.echo", params={"text": text})

    assert Task.objects.count() == 2


def test_a_message_about_something_unknown_says_so():
    with pytest.raises(InvalidInputError, match="There is no operation"):
        submit_scheduled("workshop.nothing")
    assert not Task.objects.exists()
