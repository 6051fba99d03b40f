"""Why a task waits is told at the same cost, however many wait with it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks_app import lifecycle
from tasks_app.models import Task, waiting

from .test_indexes import explained, indexes, rows_read

pytestmark = pytest.mark.servers_only
ROWS = 40_000


@pytest.fixture
def crowd(alice: User) -> None:
    """40,000 pending tasks, nearly all in one of two queues, and more that ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tasks_app_task (id, operation, title, owner_id, source, status,
                status_updated_at, priority, queue, params, idempotency_hash, version,
                progress_current, progress_message, step, error_code, error_message,
                error_detail, attempt, max_attempts, crash_count, error_count, worker,
                created_at, published_at, finished_at)
            SELECT gen_random_uuid(), 'op.1', 'order ' || n, %s, 'api',
                CASE WHEN n <= %s THEN 'pending' ELSE 'completed' END,
                now() - n * interval '1 ms', n %% 10,
                CASE n %% 10000 WHEN 5005 THEN 'rare' ELSE 'default' END,
                '{}', '', 1, 0, '', '', '', '', '', 0, 1, 0, 0, '',
                now() - n * interval '1 second', now(),
                CASE WHEN n > %s THEN now() END
            FROM generate_series(1, %s) n
            """,
            [alice.pk, ROWS, ROWS, 3 * ROWS],
        )
        cursor.execute("ANALYZE tasks_app_task")
    lifecycle.note_worker(name="w@h:1", queues=["default", "rare"], slots=1)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("queue", ["default", "rare"])
@pytest.mark.parametrize("order", ["due", "the other way round"])
def test_the_place_in_a_long_queue_reads_no_more_than_its_bound(
    queue: str, order: str
) -> None:
    rows = Task.objects.due().filter(queue=queue)
    task = rows.first() if order == "due" else rows.reverse().first()
    assert task is not None
    with CaptureQueriesContext(connection) as queries:
        told = waiting.waiting(task)

    assert told is not None
    assert told.reason == "queued"
    asked = [q["sql"] for q in queries if 'FROM "tasks_app_task"' in q["sql"]]
    counts, starts = asked[:2], asked[2]
    for sql in counts:
        plan = explained(sql)
        assert rows_read(plan) <= waiting.LOOKED_AT + 1, sql
        assert indexes(plan)
    assert rows_read(explained(starts)) <= waiting.CHANGES
