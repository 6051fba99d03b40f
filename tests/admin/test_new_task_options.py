"""What a new task may be given besides parameters, and a form that is sent twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tasks_app.models import Batch, Task

from .places import LIST, NEW, told
from .test_new_task import FILES, TABLE, table

if TYPE_CHECKING:
    from django.test import Client

ECHO = f"{NEW}?operation=workshop.echo"
FORM = {"X-Fragment": "form"}


def token(desk: Client) -> str:
    return str(desk.get(ECHO).context["form"].token)


def test_all_of_them_reach_the_task(desk: Client, settings: Any) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "QUEUES": ["slow"]}
    options = {"title": "August", "priority": "9", "queue": "slow"}

    desk.post(ECHO, {**options, "not_before": "2126-03-04T05:06"})

    task = Task.objects.get()
    assert (task.title, task.priority, task.queue) == ("August", 9, "slow")
    assert task.not_before == datetime(2126, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("priority", "10", "Must be from 0 (can wait) to 9 (most urgent)."),
        ("priority", "high", "Must be a whole number from 0 to 9."),
        ("not_before", "soon", "Must be a date and a time, such as"),
        ("not_before", "2026-02-30T00:00", "Must be a date and a time, such as"),
        ("queue", "moon", "There is no queue “moon”."),
        ("title", "x" * 201, "Must have at most 200 characters."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_which_is_unfolded(
    desk: Client, name: str, typed: str, sentence: str
) -> None:
    response = desk.post(ECHO, {name: typed})

    options = response.context["form"].options
    wrong = next(each for each in options if each.name == name)
    assert wrong.errors[0].startswith(sentence)
    assert wrong.value == typed
    assert '<details class="options" open>' in response.content.decode()
    assert not Task.objects.exists()


def test_a_batch_has_the_title_and_its_link_is_a_filtered_list(desk: Client) -> None:
    files = [table("a.tsv"), table("b.tsv")]

    response = desk.post(FILES, {"file": files, "title": "August"}, follow=True)

    batch = Batch.objects.get()
    assert batch.title == "August"
    assert f'href="{LIST}?batch={batch.pk}"' in told(response)[0]


def test_a_form_that_is_sent_twice_starts_once(desk: Client) -> None:
    form = {"form": token(desk), "params.text": "hello"}

    for _ in range(2):
        assert desk.post(ECHO, form).status_code == 302

    assert Task.objects.count() == 1


def test_a_form_that_is_sent_again_with_something_else_says_so_and_then_starts(
    desk: Client,
) -> None:
    first = {"form": token(desk), "params.text": "hello"}
    desk.post(ECHO, first)

    response = desk.post(ECHO, {**first, "params.text": "other"})

    form = response.context["form"]
    assert "This form was sent before with something else" in form.mistakes[0].sentence
    assert Task.objects.count() == 1
    desk.post(ECHO, {"form": form.token, "params.text": form.fields[0].value})
    assert Task.objects.count() == 2


def test_files_that_are_sent_twice_start_once(desk: Client) -> None:
    form = token(desk)

    for _ in range(2):
        desk.post(FILES, {"form": form, "file": [table("a.tsv"), table("b.tsv")]})

    assert Task.objects.count() == 2
    assert Batch.objects.count() == 1


def test_the_key_of_somebody_elses_form_does_not_count(
    desk: Client, superuser: Any, open_as: Any
) -> None:
    form = {"form": token(open_as(superuser)), "params.text": "hello"}

    for _ in range(2):
        desk.post(ECHO, form)

    assert Task.objects.count() == 2


def test_a_script_is_answered_the_form_with_the_rows_that_were_started(
    desk: Client,
) -> None:
    files = [table("a.tsv"), table("bad.csv", b""), table("b.tsv", TABLE)]

    response = desk.post(FILES, {"file": files}, headers=FORM)

    page = response.content.decode()
    assert response["X-Fragment"] == "form"
    assert "<html" not in page
    assert [page.count(f'id="task-{task.pk}"') for task in Task.objects.all()] == [1, 1]
    assert '<li data-number="1">“bad.csv” is empty.' in page
    assert "2 tasks started." in page
    assert told(desk.get(LIST)) == []


def test_a_script_that_may_not_start_is_told_so_and_gets_no_page(
    client: Client,
) -> None:
    response = client.post(ECHO, {"params.text": "x"}, headers=FORM)

    assert (response.status_code, response.content) == (401, b"")


def test_what_is_numbered_is_counted_with_the_files_that_were_skipped(
    desk: Client, settings: Any
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 100_000}
    large = table("large.csv", b"a,b\n" * 50_000)
    files = [table("a.tsv"), large, table("bad.csv", b"")]

    response = desk.post(FILES, {"file": files})

    assert sorted(response.context["form"].refused) == [1, 2]
    assert Task.objects.count() == 1
