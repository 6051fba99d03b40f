"""The one way a task row changes: a guarded UPDATE and its history row, together.

On PostgreSQL both are a single statement (a data-modifying CTE), four times as fast
as the ORM's update and insert in a transaction. SQLite has no such statement; there the
two run in one IMMEDIATE transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tasks_app import broadcast
from tasks_app.events import Kind, Origin
from tasks_app.models import Feed, Task, TaskEvent
from tasks_app.models.feed import POSTGRESQL_POSITION, SQLITE_POSITION
from tasks_app.models.queries import LARGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

TASK = Task._meta.db_table
EVENT = TaskEvent._meta.db_table
FEED = Feed._meta.db_table
FIELDS = {str(f.column): f for f in Task._meta.concrete_fields}
PRIMARY_KEY = FIELDS["id"]
DATA = TaskEvent._meta.get_field("data")
EVERY = ", ".join(FIELDS)
LISTED = ", ".join(column for column in FIELDS if column not in LARGE)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL that stands where a value could."""

    text: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """The history row of a change."""

    kind: Kind
    from_status: str = ""
    to_status: str = ""
    step: str = ""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin)


def now() -> Sql:
    """The database's clock, as text on SQLite."""
    if connection.vendor == "postgresql":
        return Sql("statement_timestamp()")
    return Sql("strftime('%%Y-%%m-%%d %%H:%%M:%%f001', 'now')")


def later(seconds: float | Sql) -> Sql:
    """The database's clock plus `seconds`, which may be a column."""
    span = seconds if isinstance(seconds, Sql) else Sql("%s", (seconds,))
    if connection.vendor == "postgresql":
        text = f"statement_timestamp() + {span.text} * interval '1 second'"
    else:
        offset = f"printf('%%+.3f seconds', {span.text})"
        text = f"strftime('%%Y-%%m-%%d %%H:%%M:%%f001', 'now', {offset})"
    return Sql(text, span.params)


def position() -> Sql:
    """The place of this transaction's changes in the feed; see `models.feed`."""
    if connection.vendor == "postgresql":
        return Sql(POSTGRESQL_POSITION)
    return Sql(SQLITE_POSITION)


def raise_position() -> None:
    """Draw the next position on SQLite; first in each transaction that changes a task.

    The row stays locked until the commit, so positions are in commit order.
    """
    if connection.vendor == "postgresql":
        return  # there the transaction's id is the position
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {FEED} SET counter = counter + 1 WHERE id = 1")  # noqa: S608
        if not cursor.rowcount:
            Feed.objects.create(counter=1)


RAISED = Sql("version + 1")


def change(
    task_id: UUID | str,
    *,
    values: Mapping[str, Any],
    guard: Mapping[str, Any],
    also: Iterable[Sql] = (),
    event: Event | None = None,
    whole: bool = False,
) -> Task | None:
    """Write `values` where `guard` holds, with `event`, and announce the change.

    `guard` maps columns to the values they must have; `also` adds conditions. Returns
    the row as written, without its large columns unless `whole`; None when the guard
    did not hold, and then nothing was written.
    """
    sets, set_params = _assignments(
        {"version": RAISED, "feed_position": position(), **values}
    )
    where, where_params = _conditions({"id": task_id, **guard}, also)
    columns = EVERY if whole else LISTED
    update = f"UPDATE {TASK} SET {sets} WHERE {where} RETURNING {columns}"  # noqa: S608
    params = [*set_params, *where_params]
    if connection.vendor == "postgresql":
        task = _in_one(update, params, event)
    else:
        task = _in_two(update, params, event)
    if task is not None:
        if "result" in values:  # not read back: it may be large
            task.result = values["result"]
        broadcast.task_changed(task)
    return task


def touch(
    task: Task,
    *,
    values: Mapping[str, Any],
    guard: Mapping[str, Any],
    also: Iterable[Sql] = (),
) -> Task | None:
    """Write what no watcher can see, such as a lease: the version stays."""
    sets, set_params = _assignments(values)
    where, where_params = _conditions({"id": task.pk, **guard}, also)
    update = f"UPDATE {TASK} SET {sets} WHERE {where} RETURNING {LISTED}"  # noqa: S608
    return _first(update, [*set_params, *where_params])


def _in_one(update: str, params: list[Any], event: Event | None) -> Task | None:
    if event is None:
        return _first(update, params)
    note, note_params = noting(event, source="changed")
    sql = f"WITH changed AS ({update}), noted AS ({note}) SELECT * FROM changed"  # noqa: S608
    return _first(sql, [*params, *note_params])


def _in_two(update: str, params: list[Any], event: Event | None) -> Task | None:
    with transaction.atomic():
        raise_position()
        task = _first(update, params)
        if task is not None and event is not None:
            note, note_params = noting(event, source=f"{TASK} WHERE id = %s")
            pk = PRIMARY_KEY.get_db_prep_save(task.pk, connection)
            with connection.cursor() as cursor:
                cursor.execute(note, [*note_params, pk])
        return task


def noting(event: Event, *, source: str) -> tuple[str, list[Any]]:
    """Return the INSERT of history rows, one for each task row in `source`."""
    at = now()
    data = DATA.get_db_prep_save(event.data, connection)
    sql = (
        f"INSERT INTO {EVENT} (task_id, version, attempt, feed_position, kind,"  # noqa: S608
        " from_status, to_status, step, message, data, actor, source, request_id, at)"
        " SELECT id, version, attempt, feed_position,"
        " %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        f" {at.text} FROM {source}"
    )
    origin = event.origin
    return sql, [
        event.kind.value,
        event.from_status,
        event.to_status,
        event.step[:100],
        event.message[:1000],
        data,
        origin.actor[:150],
        origin.source,
        origin.request_id[:100],
        *at.params,
    ]


def _assignments(values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return `a = %s, b = now()` and its parameters."""
    pieces = {column: _piece(column, value) for column, value in values.items()}
    text = ", ".join(f"{column} = {piece.text}" for column, piece in pieces.items())
    return text, [param for piece in pieces.values() for param in piece.params]


def _conditions(guard: Mapping[str, Any], also: Iterable[Sql]) -> tuple[str, list[Any]]:
    """Return `a = %s AND b IS NULL` and its parameters."""
    texts: list[str] = []
    params: list[Any] = []
    for column, value in guard.items():
        if value is None:
            texts.append(f"{column} IS NULL")
            continue
        piece = _piece(column, value)
        texts.append(f"{column} = {piece.text}")
        params.extend(piece.params)
    for condition in also:
        texts.append(f"({condition.text})")
        params.extend(condition.params)
    return " AND ".join(texts), params


def _piece(column: str, value: Any) -> Sql:
    if isinstance(value, Sql):
        return value
    return Sql("%s", (FIELDS[column].get_db_prep_save(value, connection),))


def _first(sql: str, params: list[Any]) -> Task | None:
    """Run `sql` and return its row as a Task; fetches all, so that SQLite finishes."""
    rows = list(Task.objects.raw(sql, params))
    return rows[0] if rows else None
