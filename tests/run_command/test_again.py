"""A second run finds what the first one left, and changes nothing of it."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import psutil
import pytest

from tests.processes import PATIENCE, wait_until
from tests.run_command.embedded import EmbeddedRun, words_of

pytestmark = [pytest.mark.embedded_only, pytest.mark.timeout(400)]


def change_password(folder: Path, name: str) -> None:
    database = sqlite3.connect(folder / "sightline.sqlite3", timeout=PATIENCE)
    with database:
        database.execute(
            "UPDATE auth_user SET password = 'changed' WHERE username = ?", [name]
        )
    database.close()


def test_a_second_run_keeps_passwords_and_submits_no_samples_again(
    tmp_path: Path,
) -> None:
    tasks = "SELECT count(*) FROM tasks_app_task"
    with EmbeddedRun(tmp_path) as first:
        first.wait_until_ready()
        submitted = first.rows(tasks)
        first.stop()
    change_password(tmp_path, "admin")

    with EmbeddedRun(tmp_path) as second:
        second.wait_until_ready()

        passwords = "SELECT password FROM auth_user WHERE username = 'admin'"
        assert second.rows(passwords) == [("changed",)]
        assert second.rows(tasks) == submitted


def test_a_run_that_was_killed_takes_its_children_along_and_hinders_nobody(
    tmp_path: Path,
) -> None:
    with EmbeddedRun(tmp_path) as first:
        first.wait_until_ready()
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(PATIENCE)

        with EmbeddedRun(tmp_path, port=first.port) as second:
            second.wait_until_ready()

            assert second.get("/admin/login/") == 200
            wait_until(lambda: not first.left(), what="the orphans to end")


@pytest.mark.parametrize(
    ("name", "word"), [("web", "uvicorn"), ("worker", "worker"), ("keeper", "keeper")]
)
def test_a_child_that_dies_is_started_again_and_named(
    running: EmbeddedRun, name: str, word: str
) -> None:
    killed = running.child(word)
    killed.kill()

    def successor() -> bool:
        children = psutil.Process(running.process.pid).children()
        return any(word in words_of(one) and one.pid != killed.pid for one in children)

    told = f"{name} was killed by SIGKILL; starting it again in 1 s"
    wait_until(lambda: told in running.output, what=told)
    wait_until(successor, what=f"a new {name}")
    wait_until(lambda: running.get("/healthz") == 200, what="the site")
