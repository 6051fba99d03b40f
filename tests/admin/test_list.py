"""The list: order, pages, counts, and what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.paging import ORDERINGS
from tests.conftest import ORIGIN

from .places import LIST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

MOST_QUERIES = 6


def queries_of(desk: Client, query: str = "") -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(LIST + query).status_code == 200
    return [each["sql"] for each in captured.captured_queries]


def test_the_newest_task_comes_first(
    rows: Callable[..., list[str]], make_task: Callable[..., Task]
) -> None:
    make_task(title="older")
    make_task(title="newer")

    assert rows() == ["newer", "older"]


def test_pills_count_what_each_would_show(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    for title in ("orders one", "orders two", "invoices"):
        make_task(title=title)
    lifecycle.cancel(make_task(title="orders three"), origin=ORIGIN)

    found = desk.get(f"{LIST}?search=orders&status=cancelled").context["cl"]

    counts = {pill.status: pill.said for pill in found.pills() if pill.count}
    assert counts == {"": "3", "pending": "2", "cancelled": "1"}
    assert found.total_said == "1 task"
    assert [pill.status for pill in found.pills() if pill.is_current] == ["cancelled"]


def test_a_pill_keeps_the_search_and_goes_back_to_the_first_page(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    for number in range(51):
        make_task(title=f"orders {number}")
    first = desk.get(f"{LIST}?search=orders").context["cl"]

    found = desk.get(LIST + first.next_href()).context["cl"]

    assert len(found.rows) == 1
    assert found.pills()[1].href == "?search=orders&status=pending"


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_follow_each_other_without_a_gap_there_and_back(
    desk: Client, make_task: Callable[..., Task], ordering: str
) -> None:
    made = {make_task(priority=number % 3).pk for number in range(103)}
    page = desk.get(f"{LIST}?ordering={ordering}").context["cl"]
    pages = [[row.task.pk for row in page.rows]]
    while address := page.next_href():
        page = desk.get(LIST + address).context["cl"]
        pages.append([row.task.pk for row in page.rows])

    assert [len(part) for part in pages] == [50, 50, 3]
    assert {pk for part in pages for pk in part} == made
    page = desk.get(LIST + page.previous_href()).context["cl"]
    assert [row.task.pk for row in page.rows] == pages[1]
    first = desk.get(LIST + page.first_href()).context["cl"]
    assert [row.task.pk for row in first.rows] == pages[0]
    assert first.previous_href() is None


def test_a_page_whose_rows_are_gone_says_so_and_leads_back(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    tasks = [make_task() for _ in range(51)]
    following = desk.get(LIST).context["cl"].next_href()
    lifecycle.delete(lifecycle.cancel(tasks[0], origin=ORIGIN))

    response = desk.get(LIST + following)

    assert response.context["cl"].rows == []
    assert "Nothing more on this page." in response.content.decode()
    assert response.context["cl"].previous_href() == "?"


def test_a_bound_of_the_counts_is_told_as_one(
    desk: Client, make_task: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task()
    found = desk.get(LIST).context["cl"]
    found.counts = type(found.counts)({"pending": 10_000}, is_exact=False)

    assert found.total_said == "10,000+ tasks"
    said = [pill.said for pill in found.pills()]
    assert said == ["10,000+", "10,000+", "0", "0", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?owner=alice",
        "?owner=me&search=Echo&status=pending",
        "?search=Echo&owner=alice&operation=workshop.echo&queue=default&created=24h",
        *(f"?ordering={ordering}" for ordering in ORDERINGS),
    ],
)
def test_a_page_costs_few_queries_however_many_rows(
    desk: Client, staff: User, make_task: Callable[..., Task], query: str
) -> None:
    owner = {"owner": staff} if "owner=me" in query else {}
    make_task(**owner)
    few = queries_of(desk, query)
    for _ in range(60):
        make_task(**owner)
    many = queries_of(desk, query)

    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES
    joint = "&" if query else "?"
    found = desk.get(LIST + query).context["cl"]
    cursor = found.next_href().partition("cursor=")[2]
    deep = queries_of(desk, f"{query}{joint}cursor={cursor}")
    assert len(deep) <= MOST_QUERIES


def test_large_columns_stay_in_the_database(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()

    reads = [sql for sql in queries_of(desk) if "tasks_app_task" in sql]

    assert reads
    for column in ("params", "result", "error_detail", "position"):
        assert not any(f'"{column}"' in sql for sql in reads)


def test_the_page_knows_its_filter_as_the_api_has_it(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    query = "?status=pending&owner=me&search=%20orders&priority=0&source=api"
    found = desk.get(LIST + query).context["cl"]

    assert json.loads(found.filter_json()) == {
        "status": ["pending"],
        "owner": "me",
        "search": "orders",
        "priority": 0,
        "source": "api",
    }


def test_what_matches_is_offered_as_a_download_in_the_words_of_the_api(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task(title="a&b")
    query = "?status=pending&search=a%26b&ordering=-priority"

    content = desk.get(LIST + query).content.decode()

    wanted = "status=pending&amp;search=a%26b&amp;ordering=-priority&amp;format=csv"
    assert f'href="/api/v1/tasks/export/?{wanted}"' in content


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", True),
        ("?ordering=-created_at", True),
        ("?ordering=created_at", False),
        ("?ordering=status", False),
    ],
)
def test_new_rows_belong_on_top_of_the_first_page_in_the_usual_order_only(
    desk: Client, make_task: Callable[..., Task], query: str, expected: object
) -> None:
    make_task()

    assert desk.get(LIST + query).context["cl"].is_newest_first() is expected


@pytest.mark.parametrize(
    ("ordering", "says"),
    [("status", True), ("-finished_at", True), ("operation", False), ("", False)],
)
def test_an_order_that_moves_says_of_when_it_is(
    desk: Client, make_task: Callable[..., Task], ordering: str, says: object
) -> None:
    make_task()

    content = desk.get(f"{LIST}?ordering={ordering}").content.decode()

    assert ("order as of" in content) is says


def test_headings_lead_to_the_other_direction_and_say_the_present_one(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()

    def heading(query: str, name: str) -> tuple[str, str]:
        every = desk.get(LIST + query).context["cl"].headings()
        [found] = [each for each in every if each.name == name]
        return found.href, found.direction

    assert heading("", "created_at") == ("?ordering=created_at", "descending")
    assert heading("?ordering=created_at", "created_at") == ("?", "ascending")
    assert heading("", "operation") == ("?ordering=operation", "")
    assert heading("?ordering=operation", "operation") == (
        "?ordering=-operation",
        "ascending",
    )
    assert heading("", "title") == ("", "")


def test_the_duration_is_of_the_run_and_ends_with_it(
    desk: Client,
    make_task: Callable[..., Task],
    make_claimed: Callable[..., Task],
) -> None:
    make_task(title="waits")
    make_claimed(title="runs")
    lifecycle.complete(make_claimed(title="ended"), result=None)

    rows = {row.task.title: row for row in desk.get(LIST).context["cl"].rows}

    assert rows["waits"].duration == ""
    assert rows["ended"].duration.endswith(" s")
    assert (rows["runs"].is_running, rows["ended"].is_running) == (True, False)
