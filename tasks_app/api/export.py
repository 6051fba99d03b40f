"""The list as a file, sent while it is read: a million tasks need no more memory.

Each page of it is read by key and sent before the next is asked for, at the pace of
who takes it. A file that breaks off does so visibly: the connection ends without the
end of the answer.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from django.db import close_old_connections, connection
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from tasks_app.models import Task
from tasks_app.models.paging import page_of
from tasks_app.models.queries import TaskQuerySet
from tasks_app.models.wire import row_wire, whole_wire

from .downloads import SANDBOX
from .streaming import Streamed

PAGE: Final = 200  # tasks that are in memory at a time
TYPES: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
}
COLUMNS: Final = (
    *("id", "title", "original_filename", "operation", "status", "owner", "source"),
    *("queue", "priority", "created_at", "started_at", "finished_at"),
    *("status_updated_at", "attempt", "max_attempts", "progress_current"),
    *("progress_total", "progress_percent", "progress_message", "step"),
    *("error_count", "error_code", "error_message", "cancel_requested"),
    *("pause_requested", "not_before", "expires_at", "batch", "retry_of", "version"),
)
# With one of these in front a spreadsheet would calculate, or hide the apostrophe.
ACTIVE: Final = tuple("=+-@\t\r\n＝＋－＠'")  # noqa: RUF001  some are wide on purpose
BYTE_ORDER_MARK: Final = "\ufeff"  # else Excel takes UTF-8 for something else


class CsvRenderer(JSONRenderer):
    """Lets callers ask for CSV; what is refused is told in JSON all the same."""

    media_type = "text/csv"
    format = "csv"


def exported(
    tasks: Any, *, kind: str, ordering: str, user: Any, is_empty: bool = False
) -> Streamed:
    """Return the tasks as a download; `is_empty` leaves the body out, as for HEAD."""
    pages = _pages(tasks.prefetch_related(None) if kind == "csv" else tasks, ordering)
    # Read before the answer begins, which can still say what went wrong.
    first = [] if is_empty else list(islice(pages, 1))
    whole = chain(first, pages)
    parts = as_csv(whole) if kind == "csv" else as_json(whole, user)
    if is_empty:
        parts = iter(())
    name = f"tasks-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "X-Accel-Buffering": "no",  # nginx would wait for more
    }
    return Streamed(parts, content_type=TYPES[kind], headers=headers)


def as_json(pages: Iterator[list[Task]], user: Any) -> Iterator[bytes]:
    """Yield an array of what the list shows of each task, a task on a line."""
    mark = "[\n"
    for rows in pages:
        tasks = [whole_wire(task, user, large=False) for task in rows]
        yield (mark + ",\n".join(map(_dumped, tasks))).encode()
        mark = ",\n"
    yield b"[]\n" if mark == "[\n" else b"\n]\n"


def as_csv(pages: Iterator[list[Task]]) -> Iterator[bytes]:
    """Yield a line for each task, as RFC 4180 has it, below one with the names."""
    yield (BYTE_ORDER_MARK + _lines([COLUMNS])).encode()
    for rows in pages:
        yield _lines([_cells(task) for task in rows]).encode()


def literal(value: Any) -> Any:
    """Return a value that a spreadsheet shows as it is, whoever has written it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(ACTIVE):
        return f"'{value}"
    return value


def _pages(tasks: TaskQuerySet, ordering: str) -> Iterator[list[Task]]:
    cursor: str | None = ""
    while cursor is not None:
        page = page_of(tasks, ordering=ordering, cursor=cursor, size=PAGE)
        if not connection.in_atomic_block:
            close_old_connections()  # others need it while this one sends
        if page.rows:
            yield page.rows
        cursor = page.next


def _dumped(wire: Any) -> str:
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))


def _cells(task: Task) -> list[Any]:
    told: dict[str, Any] = {**row_wire(task)}
    progress = told.pop("progress")
    told |= {f"progress_{name}": value for name, value in progress.items()}
    return [literal(told[name]) for name in COLUMNS]


def _lines(rows: Any) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue()
