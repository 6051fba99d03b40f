"""Folds the differences that triggers leave of changed tasks into sums.

Derived from the tasks, and nobody reads a part of it alone: rows go and their sum comes
in one step, so a reader sees either. Two keepers that fold at once each fold what they
have taken away themselves.
"""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

from tasks_app.models import TaskCount

GROUP: Final = "owner_id, operation, status"
INSERT: Final = (
    "INSERT INTO tasks_app_taskcount (scope, owner_id, operation, status, number)"
)
# Of the sums only those are taken that have something to be added.
POSTGRESQL: Final = f"""
    WITH changed AS (
        DELETE FROM tasks_app_taskcount WHERE scope = 'change'
        RETURNING {GROUP}, number
    ), owned AS (
        DELETE FROM tasks_app_taskcount c
        USING (SELECT DISTINCT {GROUP} FROM changed WHERE owner_id IS NOT NULL) t
        WHERE c.scope = 'owner' AND c.owner_id = t.owner_id
            AND c.operation = t.operation AND c.status = t.status
        RETURNING c.owner_id, c.operation, c.status, c.number
    ), everybody AS (
        DELETE FROM tasks_app_taskcount c
        USING (SELECT DISTINCT operation, status FROM changed) t
        WHERE c.scope = 'all' AND c.operation = t.operation AND c.status = t.status
        RETURNING c.operation, c.status, c.number
    )
    {INSERT}
    SELECT 'owner', {GROUP}, sum(number) FROM (
        SELECT * FROM changed WHERE owner_id IS NOT NULL
        UNION ALL SELECT * FROM owned
    ) o GROUP BY {GROUP} HAVING sum(number) <> 0
    UNION ALL
    SELECT 'all', NULL, operation, status, sum(number) FROM (
        SELECT operation, status, number FROM changed
        UNION ALL SELECT * FROM everybody
    ) e GROUP BY operation, status HAVING sum(number) <> 0
"""  # noqa: S608
# Here nobody else writes meanwhile: the new sums are above the last row.
SQLITE: Final = (
    f"""
    {INSERT}
    SELECT 'owner', {GROUP}, sum(number) FROM tasks_app_taskcount
    WHERE id <= %(last)s AND scope IN ('change', 'owner') AND ({GROUP}) IN (
        SELECT {GROUP} FROM tasks_app_taskcount WHERE scope = 'change'
    ) GROUP BY {GROUP} HAVING sum(number) <> 0
    """,  # noqa: S608
    f"""
    {INSERT}
    SELECT 'all', NULL, operation, status, sum(number) FROM tasks_app_taskcount
    WHERE id <= %(last)s AND scope IN ('change', 'all') AND (operation, status) IN (
        SELECT operation, status FROM tasks_app_taskcount WHERE scope = 'change'
    ) GROUP BY operation, status HAVING sum(number) <> 0
    """,  # noqa: S608
    f"""
    DELETE FROM tasks_app_taskcount
    WHERE id <= %(last)s AND scope = 'owner' AND ({GROUP}) IN (
        SELECT {GROUP} FROM tasks_app_taskcount WHERE scope = 'change')
    """,  # noqa: S608
    """
    DELETE FROM tasks_app_taskcount
    WHERE id <= %(last)s AND scope = 'all' AND (operation, status) IN (
        SELECT operation, status FROM tasks_app_taskcount WHERE scope = 'change')
    """,
    "DELETE FROM tasks_app_taskcount WHERE scope = 'change'",
)


def fold_counts() -> None:
    """Add what has changed to the sums, in one step."""
    if not TaskCount.objects.filter(scope="change").exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            return
        cursor.execute("SELECT max(id) FROM tasks_app_taskcount")
        last = {"last": cursor.fetchone()[0]}
        for statement in SQLITE:
            cursor.execute(statement, last if "%(last)s" in statement else None)
