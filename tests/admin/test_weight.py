"""What the first visit of the list costs, beyond what Django's own admin brings."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles.finders import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tasks_app.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]

LIST = "/admin/tasks_app/task/"
MOST = 100_000  # bytes, compressed
ROWS = 50
LOADED = re.compile(r'(?:href|src)="/static/([^"#]+)')
IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)


def ours(html: str) -> set[Path]:
    """The files that the page loads, with all that its modules import."""
    names = {name for name in LOADED.findall(html) if not name.startswith("admin/")}
    found: set[Path] = set()
    waiting = [Path(str(find(name))) for name in names]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".js":
            inside = IMPORTED.findall(path.read_text())
            waiting += [(path.parent / name).resolve() for name in inside]
    return found


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def test_the_list_is_light_on_a_first_visit(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    for number in range(ROWS):
        make_task(title=f"orders of week {number}.csv")
    html = desk.get(LIST).content.decode()
    assert html.count('id="task-') == ROWS
    files = ours(html)

    assert {"main.js", "outbox.js", "list.css", "icons.svg"} <= {f.name for f in files}
    total = weight(html.encode()) + sum(weight(path.read_bytes()) for path in files)
    assert total <= MOST, {path.name: weight(path.read_bytes()) for path in files}


def test_all_modules_are_asked_for_at_once(desk: Client) -> None:
    html = desk.get(LIST).content.decode()
    told = re.findall(r'rel="modulepreload" href="/static/([^"]+)"', html)

    assert len(told) == len(set(told))
    untold = re.sub(r'<link rel="modulepreload"[^>]*>', "", html)
    needed = {path for path in ours(untold) if path.suffix == ".js"}
    assert {Path(str(find(name))) for name in [*told, "js/main.js"]} == needed


def test_nothing_comes_from_another_host(desk: Client) -> None:
    html = desk.get(LIST).content.decode()

    assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*', html) == []
