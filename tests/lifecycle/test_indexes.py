"""Lists and the keeper's questions are answered from indexes, however many tasks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tasks_app.models import Task
from tasks_app.models.paging import ORDERINGS
from tasks_app.models.queries import TaskQuerySet

pytestmark = pytest.mark.servers_only
LIST = "/api/v1/tasks/"
ROWS = 20_000
PAGE = 50


@pytest.fixture
def crowd(alice: User, bob: User) -> None:
    """20,000 tasks, nearly all of them ended, as after some weeks."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tasks_app_task (id, operation, title, owner_id, source, status,
                status_updated_at, priority, queue, params, idempotency_hash, version,
                progress_current, progress_message, step, error_code, error_message,
                error_detail, attempt, max_attempts, crash_count, error_count, worker,
                created_at, finished_at, expires_at, lease_token, lease_expires_at)
            SELECT gen_random_uuid(), 'op.' || n % 20, 'order ' || n,
                CASE n % 100 WHEN 0 THEN %s ELSE %s END, 'api', s.status,
                now() - n * interval '1 minute', n % 10, 'default', '{}', '', 1, 0, '',
                '', '', '', '', 1, 1, 0, 0, '', now() - n * interval '1 minute',
                CASE WHEN s.final THEN now() - n * interval '1 minute' END,
                CASE WHEN s.final THEN now() END,
                CASE WHEN s.status = 'processing' THEN gen_random_uuid() END, now()
            FROM generate_series(1, %s) n, LATERAL (SELECT CASE n % 200
                WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'failed'
                ELSE 'completed' END AS status, n % 200 > 1 AS final) s
            """.replace("n % 1", "n %% 1").replace("n % 2", "n %% 2"),
            [alice.pk, bob.pk, ROWS],
        )
        cursor.execute("ANALYZE tasks_app_task")
    assert Task.objects.count() == ROWS


@pytest.fixture
def api_of_superuser(superuser: User) -> APIClient:
    client = APIClient()
    client.force_login(superuser)
    return client


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}")
        (found,) = cursor.fetchone()
        return json.dumps(found)


def plan(rows: TaskQuerySet) -> str:
    return rows.explain(format="json", analyze=True)


def indexes(text: str) -> set[str]:
    return set(re.findall(r'"Index Name": "(\w+)"', text))


def rows_read(text: str) -> int:
    """How many rows the scans of the task table touched, thrown away ones included."""

    def walk(node: dict[str, Any]) -> Iterator[int]:
        if node.get("Relation Name") == "tasks_app_task":
            yield node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        for child in node.get("Plans", []):
            yield from walk(child)

    return int(sum(walk(json.loads(text)[0]["Plan"])))


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "t_created"),
        ({"status": "failed"}, "t_status"),
        ({"operation": "op.7"}, "t_operation"),
    ],
)
def test_a_page_of_the_list_reads_its_rows_and_no_more(
    filters: dict[str, Any], index: str
) -> None:
    text = plan(Task.objects.for_list().filter(**filters)[:PAGE])

    assert index in indexes(text)
    assert rows_read(text) <= PAGE
    assert '"Node Type": "Sort"' not in text


@pytest.mark.usefixtures("crowd")
def test_a_page_in_the_middle_of_any_ordering_reads_its_rows_and_no_more(
    api_of_superuser: Any,
) -> None:
    for ordering in ORDERINGS:
        first = api_of_superuser.get(LIST, {"ordering": ordering, "page_size": 500})
        deep = api_of_superuser.get(first.json()["next"])
        with CaptureQueriesContext(connection) as queries:
            response = api_of_superuser.get(deep.json()["next"])

        assert len(response.json()["results"]) == 500
        asked = [q["sql"] for q in queries if 'FROM "tasks_app_task" LEFT' in q["sql"]]
        assert 1 <= len(asked) <= 2
        for sql in asked:
            # The planner may sort a group of equals, when it is small.
            assert rows_read(explained(sql)) <= 1_200, sql


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("text", ["no such text", "order 19987"])
def test_a_search_that_finds_little_reads_little(text: str) -> None:
    text = plan(Task.objects.for_list().matching(text)[:PAGE])

    assert "t_search" in indexes(text)
    assert rows_read(text) <= PAGE


@pytest.mark.usefixtures("crowd")
def test_two_filters_that_meet_nowhere_read_nothing() -> None:
    tasks = Task.objects.for_list().filter(operation="op.7", status="failed")

    assert rows_read(plan(tasks[:PAGE])) <= PAGE


@pytest.mark.usefixtures("crowd")
def test_a_page_of_ones_own_tasks_reads_no_others(alice: User) -> None:
    text = plan(Task.objects.visible_to(alice).for_list()[:PAGE])

    assert "t_owner" in indexes(text)
    assert rows_read(text) <= PAGE


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Task.objects.due()[:PAGE], "t_pending"),
        (lambda: Task.objects.unpublished(for_seconds=1)[:PAGE], "t_pending"),
        (lambda: Task.objects.unclaimed(for_seconds=1)[:PAGE], "t_pending"),
        (lambda: Task.objects.lease_expired(), "t_leased"),
        (lambda: Task.objects.cancel_overdue(grace_seconds=1), "t_leased"),
    ],
)
def test_a_sweep_of_the_keeper_reads_what_is_unfinished_only(
    rows: Any, index: str
) -> None:
    text = plan(rows())

    assert rows_read(text) <= 200
    assert indexes(text) & {index, "t_status"}


@pytest.mark.usefixtures("crowd")
def test_large_columns_are_not_read_for_a_list() -> None:
    sql = str(Task.objects.for_list()[:PAGE].query)

    for column in ("params", "result", "error_detail", "position"):
        assert f'"{column}"' not in sql


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    "query",
    [
        "owner=nobody",
        "owner=carol",
        "finished_before=2020-01-01",
        "finished_after=2100-01-01",
        "finished_after=2100-01-01&ordering=-finished_at",
    ],
)
def test_what_a_filter_of_the_list_leaves_little_of_is_found_by_an_index(
    superuser: User, query: str
) -> None:
    User.objects.create_user("carol")
    desk = Client()
    desk.force_login(superuser)
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(f"/admin/tasks_app/task/?{query}").status_code == 200

    asked = [q["sql"] for q in queries if 'FROM "tasks_app_task"' in q["sql"]]
    assert asked
    for sql in asked:
        assert rows_read(explained(sql)) <= 300, sql  # 200 have not ended
