"""What a page of the list costs the database at a million tasks, against a thousand."""

from __future__ import annotations

import os
from typing import Any, Final

from benchmarks.stage import postgres_stage, show

ROWS = int(os.environ.get("ROWS", "1000000"))
FEW: Final = 1_000
TIMES = int(os.environ.get("TIMES", "40"))
OWNERS: Final = 200
DEEP: Final = 200  # pages of 500 that are turned before the deep page

# As after some months: nearly all ended, a few hundred wait or run, one owner in a
# hundred has a hundredth of the tasks.
FILL: Final = """
    INSERT INTO tasks_app_task (id, operation, title, owner_id, source, status,
        status_updated_at, priority, queue, params, idempotency_hash, version,
        progress_current, progress_message, step, error_code, error_message,
        error_detail, attempt, max_attempts, crash_count, error_count, worker,
        created_at, started_at, finished_at, expires_at, lease_token, lease_expires_at)
    SELECT gen_random_uuid(), 'op.' || n %% 12, 'order ' || n || '.csv',
        (SELECT min(id) FROM auth_user) + n %% %(owners)s, 'api', s.status,
        now() - n * interval '5 seconds', CASE n %% 50 WHEN 0 THEN 9 ELSE 5 END,
        'default', '{}', '', 5, 0, 'All rows were read.', 'reading', '',
        CASE s.status WHEN 'failed' THEN 'Row 7 has no date.' ELSE '' END, '',
        1, 3, 0, 0, 'worker', now() - n * interval '6 seconds',
        now() - n * interval '6 seconds',
        CASE WHEN s.final THEN now() - n * interval '5 seconds' END,
        CASE WHEN s.final THEN now() + interval '30 days' END,
        CASE WHEN s.status = 'processing' THEN gen_random_uuid() END,
        CASE WHEN s.status = 'processing' THEN now() + interval '1 hour' END
    FROM generate_series(1, %(rows)s) n, LATERAL (SELECT CASE
        WHEN n <= 300 THEN 'pending' WHEN n <= 320 THEN 'processing'
        WHEN n %% 40 = 0 THEN 'failed' WHEN n %% 97 = 0 THEN 'cancelled'
        WHEN n %% 31 = 0 THEN 'completed_with_errors' ELSE 'completed' END AS status,
        n > 320 AS final) s
"""
PAGES: Final[dict[str, str]] = {
    "newest first": "",
    "oldest first": "ordering=created_at",
    "by change": "ordering=-status_updated_at",
    "by end": "ordering=-finished_at",
    "by end, oldest": "ordering=finished_at",
    "by status": "ordering=status",
    "by status, backwards": "ordering=-status",
    "by operation": "ordering=operation",
    "by priority": "ordering=-priority",
    "by priority, backwards": "ordering=priority",
    "failed": "status=failed",
    "waiting or running": "status=pending,processing",
    "failed, by change": "status=failed&ordering=-status_updated_at",
    "one operation": "operation=op.7",
    "one operation, failed": "operation=op.7&status=failed",
    "one operation, by end": "operation=op.7&ordering=-finished_at",
    "one owner": "owner=user-7",
    "one owner, failed": "owner=user-7&status=failed",
    "one owner, by end": "owner=user-7&ordering=-finished_at",
    "high priority": "priority=9",
    "another queue": "queue=slow",
    "from the command line": "source=cli",
    "of a batch": "batch=00000000-0000-7000-8000-000000000000",
    "of one day": "created_after={yesterday}&created_before={today}",
    "ended on one day": "finished_after={yesterday}&finished_before={today}",
    "ended long ago": "finished_before=2020-01-01T00:00:00Z",
    "search, common": "search=order",
    "search, rare": "search=987654.csv",
    "search, nothing": "search=no such text",
    "search, error": "search=no date",
}
"""Names of pages and the query of each."""


def main() -> None:
    """Measure, print a table, write JSON."""
    with postgres_stage():
        from benchmarks import pages  # after the environment is set

        small = _filled(pages, FEW)
        large = _filled(pages, ROWS)
    rows = [
        {"page": name, **large[name], "p95 at 1,000": small[name]["p95_ms"]}
        | {"ratio": round(large[name]["p95_ms"] / small[name]["p95_ms"], 2)}
        for name in large
    ]
    show("lists", f"A page at {ROWS:,} tasks, in the database", rows)


def _filled(pages: Any, rows: int) -> dict[str, dict[str, Any]]:
    pages.fill(FILL, rows=rows, owners=OWNERS)
    return {name: pages.cost(ask, TIMES) for name, ask in pages.every(PAGES, DEEP)}


if __name__ == "__main__":
    main()
