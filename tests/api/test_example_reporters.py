"""The reporters of the examples, as they are, against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.lifecycle.rows import fresh, moves
from tests.processes import wait_until
from tests.servers.debian import install

pytestmark = pytest.mark.embedded_only
FOLDER = Path(__file__).parents[2] / "examples" / "reporter"
NEEDS = {"curl": {"curl": "curl", "jq": "jq"}, "node": {"node": "nodejs"}}
COMMANDS = {
    "curl": [str(FOLDER / "reporter.sh")],
    "node": ["node", str(FOLDER / "reporter.mjs")],
}


@pytest.fixture
def order(alice, transactional_db):
    """Return a function that submits an order of so many lines."""

    def submitted(lines: int) -> Task:
        text = "".join(f"box {n}\n" for n in range(lines))
        content = ContentFile(text.encode(), name="order.csv")
        return submit(
            operation="orders.process", owner=alice, origin=ORIGIN, file=content
        )

    return submitted


@pytest.fixture(params=COMMANDS)
def report(request, processes, reporter):
    """Return a function that lets the example work on one order."""
    for program, package in NEEDS[request.param].items():
        assert shutil.which(program) or install(package)
    variables = {
        **os.environ,
        "SIGHTLINE": processes.web(),
        "NAME": "carrier",
        "PASSWORD": "carrier",
        "ONCE": "1",
    }

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            COMMANDS[request.param],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def test_an_order_is_claimed_worked_on_and_completed(report, order):
    task = order(35)

    out, errors = report().communicate(timeout=30)

    assert out == "order.csv: completed\n", errors
    row = fresh(task)
    assert row.result == {"lines": 35}
    assert row.progress_current == 30
    receipt = Path(row.artifacts.get().file.path).read_text()
    assert receipt == "Received with thanks: 35 lines.\n"
    assert row.worker.startswith("carrier (reporter.")
    assert moves(row) == ["pending", "processing", "completed"]


def test_nothing_to_do_is_no_error(report):
    out, errors = report().communicate(timeout=30)

    assert (out, errors) == ("", "")


def test_a_cancel_is_seen_and_obeyed(report, order):
    task = order(100_000)

    with report() as running:
        wait_until(lambda: fresh(task).progress_current > 0)
        lifecycle.cancel(fresh(task), origin=ORIGIN)
        out, errors = running.communicate(timeout=30)

    assert out == "order.csv: cancelled\n", errors
    assert fresh(task).status == "cancelled"
