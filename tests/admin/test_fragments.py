"""Parts of pages, asked for by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .places import LIST, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tasks_app.models import Task


def test_the_rows_come_without_the_page_around_them(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")

    response = desk.get(f"{LIST}?status=pending", headers={"X-Fragment": "rows"})

    content = response.content.decode()
    assert f'id="task-{task.pk}"' in content
    assert "<html" not in content
    assert "X-Fragment" in response["Vary"]
    assert response["X-Fragment"] == "rows"


def test_a_row_of_the_fragment_is_the_row_of_the_page(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")
    page = desk.get(LIST).content.decode()
    fragment = desk.get(LIST, headers={"X-Fragment": "rows"}).content.decode()

    row = fragment[fragment.index("<tr") : fragment.index("</tr>")]
    assert row in page


def test_the_story_of_a_task_comes_alone(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task(title="orders")

    response = desk.get(page_of(task), headers={"X-Fragment": "story"})

    content = response.content.decode()
    assert "Submitted by alice." in content
    assert "<h1" not in content


def test_an_ended_session_answers_no_fragment(client: Client) -> None:
    response = client.get(LIST, headers={"X-Fragment": "rows"}, follow=True)

    assert "X-Fragment" not in response
