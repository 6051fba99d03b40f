"""Everybody, and a task of alice's in the status that a call needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.contrib.auth.models import User

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN, member, person

from .people import PEOPLE, Cast

OPERATORS: Final = [  # as test_groups.py has it
    *(f"{verb}_task" for verb in ("view", "retry", "cancel", "pause", "delete")),
    *(f"{verb}_apitoken" for verb in ("view", "add", "revoke")),
    *(f"{verb}_schedule" for verb in ("view", "add", "change", "delete")),
    "view_task_payload",
    *(
        f"{verb}_{name}"
        for verb in ("view", "add", "change", "delete")
        for name in ("alertrule", "alertchannel")
    ),
    *("view_incident", "end_incident", "view_delivery", "retry_delivery"),
]
VIEWERS: Final = [
    *(f"view_{name}" for name in ("alertrule", "alertchannel", "incident", "delivery")),
    "view_schedule",
    "view_task",
]


@pytest.fixture
def people(
    alice: User, bob: User, reporter: User, staff: User, superuser: User
) -> Cast:
    """Who is who."""
    clerk = person("clerk", is_staff=True)
    viewer = member(person("viewer", is_staff=True), "Viewers", VIEWERS)
    operator = member(staff, "Operators", OPERATORS)
    everybody = (None, bob, alice, reporter, operator, viewer, clerk, superuser)
    return dict(zip(PEOPLE, everybody, strict=True))


@pytest.fixture
def task_that(make_task: Callable[..., Task], tmp_path: Any) -> Callable[[str], Task]:
    """Return a function that makes an external task of alice in a status."""

    def made(status: str) -> Task:
        task = make_task("workshop.outside", title="hidden")
        if status == "paused":
            return lifecycle.pause(task, origin=ORIGIN)
        if status == "pending":
            return task
        claimed = lifecycle.claim(task.pk, worker="carrier", external=True)
        assert claimed is not None
        if status == "asking":
            choice = {"value": "yes", "label": "Yes", "description": ""}
            question = {"key": "go", "text": "Go on?", "choices": [choice]}
            return lifecycle.ask(claimed, question=question)
        if status == "kept":
            failed = lifecycle.fail(claimed, code="x", message="It broke.")
            return lifecycle.keep(failed, origin=ORIGIN)
        if status == "failed":
            (path := tmp_path / "report.txt").write_text("secret")
            facts: Any = {"name": "report.txt", "content_type": "text/plain"}
            lifecycle.add_artifact(claimed, path=path, **facts)
            return lifecycle.fail(claimed, code="x", message="It broke.")
        return claimed

    return made
