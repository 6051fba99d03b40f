"""`manage.py submit` and `manage.py operations`, as people type them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tasks_app import lifecycle
from tasks_app.management.commands.submit import complaint
from tasks_app.models import Batch, Task, Upload
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, claim
from tests.processes import (
    PATIENCE,
    ROOT,
    Processes,
    database,
    wait_for_status,
    wait_until,
)


def test_a_watched_task_shows_its_progress_and_its_end(processes: Processes) -> None:
    processes.worker(concurrency=1)

    well = processes.manage("submit", "workshop.report", "--watch", "--title", "Three")
    badly = processes.manage("submit", "workshop.refuse", "--watch")

    assert well.returncode == 0, well.stderr
    assert "100%" in well.stderr
    assert "Three: Completed. Read 3 rows." in well.stdout
    assert badly.returncode == 1
    assert "Refuse: Failed. The till is closed." in badly.stdout
    assert badly.stderr.endswith("CommandError: The task failed.\n")
    assert {task.source for task in Task.objects.all()} == {"cli"}


def test_what_cannot_be_accepted_is_said_in_a_sentence(
    processes: Processes, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    done = processes.manage("submit", "workshop.nothing", "--priority", "10")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: operation: There is no operation")
    assert "Traceback" not in done.stderr
    refusals = {
        ("workshop.nothing",): "There is no operation “workshop.nothing”.",
        ("workshop.echo", "--param", "txt=1"): "params.txt: There is no such parameter",
        ("workshop.echo", "--param", "text"): "write it as name=value",
        (
            "workshop.slow",
            "--param",
            "seconds=soon",
        ): "seconds: Must be a number",
        ("workshop.read",): "file: “Read” needs a file",
        ("workshop.read", "--file", "no.csv"): "No such file",
        ("workshop.read", "--file", str(empty)): "file: “empty.csv” is empty.",
        ("workshop.echo", "--owner", "nobody"): "there is no such user",
        ("workshop.echo", "--priority", "10"): "priority: Must be from 0",
    }
    for arguments, sentence in refusals.items():
        with pytest.raises(CommandError) as refusal:
            call_command("submit", *arguments)
        assert sentence in str(refusal.value)
    assert not Task.objects.exists()


def test_a_batch_is_taken_whole_or_not_at_all(
    processes: Processes, tmp_path: Path
) -> None:
    for name, text in {"a.csv": "a,b", "b.csv": "c,d", "empty.csv": ""}.items():
        (tmp_path / name).write_text(text)
    data = tmp_path / "data"

    def send(*names: str) -> int:
        files = [word for n in names for word in ("--file", str(tmp_path / n))]
        command = ["submit", "workshop.read", *files, "--title", "Two of them"]
        return processes.manage(*command, DATA_DIR=str(data)).returncode

    assert send("a.csv", "empty.csv") == 1
    assert not Task.objects.exists()
    assert not Upload.objects.exists()
    stored = data / "files"
    assert [path for path in stored.rglob("*") if path.is_file()] == []

    assert send("a.csv", "b.csv") == 0
    batch = Batch.objects.get()
    assert batch.title == "Two of them"
    assert batch.tasks.count() == 2
    assert len([path for path in stored.rglob("*") if path.is_file()]) == 2


def test_the_operations_are_listed_with_what_they_take(processes: Processes) -> None:
    done = processes.manage("operations")

    assert done.returncode == 0, done.stderr
    blocks = {block.split("\n")[0]: block for block in done.stdout.split("\nwork")}
    assert "shop.count" in blocks
    assert "--param to=integer (default 10)" in blocks["shop.count"]
    assert "file: .csv, .txt" in blocks["shop.read"]


def test_whoever_stops_watching_is_told_that_the_task_goes_on(
    processes: Processes, tmp_path: Path
) -> None:
    """Ctrl-C in the terminal; the task is not asked."""
    processes.worker(concurrency=1)
    mark, hold = tmp_path / "mark", tmp_path / "mark.hold"
    hold.touch()
    command = [sys.executable, "manage.py", "submit", "workshop.count"]
    watching = subprocess.Popen(
        [*command, "--param", "to=1", "--param", f"mark={mark}", "--watch"],
        cwd=ROOT,
        env={**os.environ, **database()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stderr is not None
    assert watching.stderr.read(1)  # the progress: it watches
    wait_until(Task.objects.filter(status="processing").first)
    watching.send_signal(signal.SIGINT)
    _, said = watching.communicate(timeout=PATIENCE)
    hold.unlink()

    assert watching.returncode == 130
    assert "the task goes on" in said
    assert "Traceback" not in said
    wait_for_status(Task.objects.get(), "completed")


def test_a_watched_task_that_is_cancelled_has_not_failed(make_task: Make) -> None:
    kept, lost = make_task(), make_task()
    cancelled = lifecycle.cancel(make_task(), origin=ORIGIN)
    done = lifecycle.complete(claim(kept), result={})
    failed = lifecycle.fail(claim(lost), code="x", message="x")

    assert complaint([done]) == ""
    assert complaint([done, done]) == ""
    assert complaint([cancelled]) == "The task was cancelled."
    assert complaint([failed]) == "The task failed."
    both = complaint([done, failed, cancelled])
    assert both == "Of 3 tasks: 1 failed, 1 cancelled."
