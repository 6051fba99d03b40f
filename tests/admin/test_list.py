"""The list: filters, order, pages, counts, and what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .places import LIST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

MOST_QUERIES = 8


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


def test_filters_and_search_narrow_together(
    rows: Callable[..., list[str]],
    make_task: Callable[..., Task],
    staff: User,
) -> None:
    make_task("workshop.echo", title="orders", owner=staff)
    make_task("workshop.count", title="orders", owner=staff)
    make_task("workshop.echo", title="orders of alice")
    make_task("workshop.echo", title="invoices", owner=staff)

    assert rows("?q=orders&operation=workshop.echo&owner=staff") == ["orders"]
    assert rows("?owner=alice") == ["orders of alice"]
    assert rows("?owner=me&q=invoices") == ["invoices"]


def test_pills_count_what_each_would_show(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    for title in ("orders one", "orders two", "invoices"):
        make_task(title=title)
    lifecycle.cancel(make_task(title="orders three"), origin=ORIGIN)

    changes = desk.get(f"{LIST}?q=orders&status=cancelled").context["cl"]

    counts = {pill.status: pill.count for pill in changes.pills() if pill.count}
    assert counts == {"": 3, "pending": 2, "cancelled": 1}
    assert changes.result_count == 1
    assert [pill.status for pill in changes.pills() if pill.is_current] == ["cancelled"]


def test_a_pill_keeps_the_search_and_goes_back_to_the_first_page(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")

    changes = desk.get(f"{LIST}?q=orders&p=3").context["cl"]

    assert changes.pills()[1].href == "?q=orders&status=pending"


@pytest.mark.parametrize("query", ["?status=nonsense", "?nonsense=1", "?owner__x=1"])
def test_a_filter_nobody_knows_leads_to_the_whole_list(
    desk: Client, make_task: Callable[..., Task], query: str
) -> None:
    response = desk.get(LIST + query)

    assert response.status_code in {302, 400}


def test_a_page_past_the_end_is_the_last(
    rows: Callable[..., list[str]], make_task: Callable[..., Task]
) -> None:
    make_task(title="orders")

    assert rows("?p=99") == ["orders"]


def test_pages_follow_each_other_without_a_gap(
    rows: Callable[..., list[str]], make_task: Callable[..., Task]
) -> None:
    made = [make_task(title=f"task {number}").title for number in range(53)]

    assert rows() + rows("?p=2") == made[::-1]


def test_the_page_costs_few_queries_however_many_rows(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    few = queries_of(desk)
    for _ in range(30):
        make_task()
    many = queries_of(desk)

    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES


def test_large_columns_stay_in_the_database(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()

    reads = [sql for sql in queries_of(desk) if "tasks_app_task" in sql]

    assert reads
    for column in ("params", "result", "error_detail", "position"):
        assert not any(f'"{column}"' in sql for sql in reads)


def test_the_socket_is_asked_for_what_the_page_shows(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    changes = desk.get(f"{LIST}?status=pending&owner=me&q=%20orders").context["cl"]

    assert json.loads(changes.watched()) == {
        "status": "pending",
        "owner": "me",
        "search": "orders",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", True), ("?o=-6", True), ("?o=6", False), ("?o=1", False)],
)
def test_new_rows_belong_on_top_of_the_first_page_in_the_usual_order_only(
    desk: Client, make_task: Callable[..., Task], query: str, expected: object
) -> None:
    make_task()

    assert desk.get(LIST + query).context["cl"].is_newest_first() is expected
