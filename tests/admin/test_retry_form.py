"""The form that retries a task with other parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task

from .places import LIST, page_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client


@pytest.fixture
def failed(make_claimed: Callable[..., Task]) -> Task:
    """A task of alice's that failed."""
    params = {"to": 3, "pause": 0.5, "mark": ""}
    task = make_claimed("workshop.count", params=params, title="till")
    return lifecycle.fail(task, code="x", message="It broke.")


def form_of(task: Task) -> str:
    return f"{LIST}{task.pk}/retry/"


def typed(browser: Client, task: Task, **changed: str) -> dict[str, str]:
    """The form as it comes, with something else typed into it."""
    page: Any = browser.get(form_of(task)).context["form"]
    fields = {field.key: field.value for field in page.fields}
    return {"key": page.key, **fields, **{f"params.{k}": v for k, v in changed.items()}}


def test_the_form_holds_the_parameters_of_the_task(desk: Client, failed: Task) -> None:
    values = typed(desk, failed)

    assert (values["params.to"], values["params.pause"]) == ("3", "0.5")


def test_what_is_changed_begins_as_a_new_task(desk: Client, failed: Task) -> None:
    response = desk.post(form_of(failed), typed(desk, failed, to="10"), follow=True)

    made = Task.objects.exclude(pk=failed.pk).get()
    assert response.redirect_chain == [(page_of(made), 302)]
    assert told(response) == [
        "“till” begins anew with these parameters. This is its page."
    ]
    assert made.params == {"to": 10, "pause": 0.5, "mark": ""}
    assert (made.retry_of, made.source) == (failed, "admin")
    assert made.owner == failed.owner


def test_parameters_of_every_kind_come_back_as_they_were(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    params = {
        "name": "till",
        "story": "one\ntwo",
        "size": "large",
        "level": 2,
        "count": 4,
        "share": 0.5,
        "dry": False,
        "since": "2026-03-04T05:06:07+00:00",
        "day": "2026-03-04",
        "tags": ["a", "b, c"],
        "pages": [1, 2],
        "rules": {"deep": True},
        "kinds": ["other"],
        "around": {"words": ["a"], "from": "2026-03-04"},
        "rows": [{"a": None}],
    }
    task = make_claimed("workshop.everything", params=params)
    lifecycle.fail(task, code="x", message="It broke.")

    desk.post(form_of(task), typed(desk, task))

    made = Task.objects.exclude(pk=task.pk).get()
    assert made.params == params


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    desk: Client, failed: Task
) -> None:
    response = desk.post(form_of(failed), typed(desk, failed, to="1.5", mark="kept"))

    assert response.status_code == 400
    fields = {field.name: field for field in response.context["form"].fields}
    assert fields["to"].errors == ["Must be a whole number."]
    assert (fields["to"].value, fields["mark"].value) == ("1.5", "kept")
    assert Task.objects.count() == 1


EVERYTHING: dict[str, Any] = {
    "name": "till",
    "story": "one\r\ntwo",
    "size": "large",
    "level": None,
    "share": 1.5,
    "dry": False,
    "since": "2026-03-04T05:06:07.125+01:00",
    "day": "2026-03-04",
    "tags": ["a, b", "c"],
    "pages": [1, 2],
    "rules": {"deep": True},
    "kinds": ["other"],
    "around": {"words": ["x"], "from": "2026-03-04"},
    "rows": [{"a": [1]}],
}


@pytest.mark.parametrize(
    "params",
    [
        EVERYTHING,
        {
            **EVERYTHING,
            "level": 2,
            "tags": [],
            "rules": {},
            "around": {},
            "since": "0001-01-01T00:00Z",
        },
    ],
)
def test_what_nobody_touches_stays_as_it_was_whatever_its_kind(
    desk: Client, make_claimed: Callable[..., Task], params: dict[str, Any]
) -> None:
    task = make_claimed("workshop.everything", params=params)
    lifecycle.fail(task, code="x", message="It broke.")

    desk.post(form_of(task), typed(desk, task, count="4"))

    assert Task.objects.get(retry_of=task).params == {**params, "count": 4}


def test_what_is_typed_into_lines_and_json_becomes_what_the_schema_says(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed("workshop.everything", params=EVERYTHING)
    lifecycle.fail(task, code="x", message="It broke.")
    wrong = typed(desk, task, tags="short\nmuch too long", rules="{")

    response = desk.post(form_of(task), wrong)
    right = {**wrong, "params.tags": "x, y\nz", "params.rules": "{}"}
    desk.post(form_of(task), {**right, "key": response.context["form"].key})

    fields = {field.name: field for field in response.context["form"].fields}
    assert response.status_code == 400
    assert fields["rules"].errors[0].startswith("This is not valid JSON")
    assert response.context["form"].others == []
    made = Task.objects.get(retry_of=task)
    assert (made.params["tags"], made.params["rules"]) == (["x, y", "z"], {})


def test_the_same_form_sent_twice_starts_one_task(desk: Client, failed: Task) -> None:
    sent = typed(desk, failed, to="10")
    first, second = (desk.post(form_of(failed), sent) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Task.objects.count() == 2


def test_the_same_form_with_something_else_says_so_and_may_be_sent_again(
    desk: Client, failed: Task
) -> None:
    desk.post(form_of(failed), typed(desk, failed, to="10"))
    sent = typed(desk, failed, to="10")
    desk.post(form_of(failed), sent)

    response = desk.post(form_of(failed), {**sent, "params.to": "11"})

    assert response.status_code == 400
    assert "has started a task already" in response.content.decode()
    fresh_key = response.context["form"].key
    assert fresh_key != sent["key"]


def test_parameters_without_a_field_stay_as_they_are(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed("workshop.count", params={"to": 3, "old": "kept"})
    lifecycle.fail(task, code="x", message="It broke.")

    response = desk.post(form_of(task), typed(desk, task))

    # The operation takes it no more, which is said and not hidden.
    assert response.status_code == 400
    assert "There is no such parameter" in response.content.decode()


def test_a_task_that_runs_again_meanwhile_is_told_in_words(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed("workshop.count")

    response = desk.post(form_of(task), typed(desk, task))

    assert response.status_code == 400
    assert "cannot be retried because it is processing" in response.content.decode()


def test_the_way_there_is_offered_to_who_may_go_it(
    desk: Client,
    open_as: Callable[[User], Client],
    clerk: User,
    grant: Callable[[User, str], User],
    failed: Task,
) -> None:
    for codename in ("view_task", "retry_task"):
        grant(clerk, codename)
    blind = open_as(clerk)  # may retry, and not see the parameters

    assert "Retry with changes" in desk.get(page_of(failed)).content.decode()
    assert "Retry with changes" not in blind.get(page_of(failed)).content.decode()
    assert blind.get(form_of(failed)).status_code == 403
    assert blind.post(form_of(failed), {"params.to": "4"}).status_code == 403
    assert Task.objects.count() == 1


def test_a_task_of_an_operation_that_is_gone_has_no_form(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    Task.objects.filter(pk=task.pk).update(operation="workshop.lost")

    assert desk.get(form_of(task)).status_code == 403
    assert not re.search("Retry with changes", desk.get(page_of(task)).content.decode())
