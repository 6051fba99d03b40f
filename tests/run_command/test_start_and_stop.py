"""`make run` shows a working site, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.processes import wait_until
from tests.project.files import ROOT
from tests.run_command.embedded import READY, START_SECONDS, EmbeddedRun

pytestmark = [pytest.mark.embedded_only, pytest.mark.timeout(400)]

README = ROOT / "README.md"
SHIPPED = {
    ("maintenance.validate_data", "completed"),
    ("maintenance.clean_up", "completed"),
    ("maintenance.daily_statistics", "completed"),
    ("maintenance.prune", "completed"),
}
FINAL = {"completed", "completed_with_errors", "failed", "cancelled"}


def test_one_line_says_where_the_site_is(running: EmbeddedRun) -> None:
    told = [line for line in running.lines if READY in line]

    address = f"http://127.0.0.1:{running.port}/admin/"
    assert told == [f"{READY} {address} (admin / admin)"]


def test_the_page_to_sign_in_answers(running: EmbeddedRun) -> None:
    assert running.get("/admin/login/") == 200


def test_the_demo_accounts_have_the_rights_they_are_for(running: EmbeddedRun) -> None:
    accounts = running.rows("SELECT username, is_staff, is_superuser FROM auth_user")

    assert sorted(accounts) == [
        ("admin", 1, 1),
        ("alice", 0, 0),
        ("bob", 0, 0),
        ("staff", 1, 0),
    ]


def test_the_operator_belongs_to_the_operators(running: EmbeddedRun) -> None:
    memberships = running.rows(
        "SELECT username, name FROM auth_user_groups"
        " JOIN auth_user ON auth_user.id = user_id"
        " JOIN auth_group ON auth_group.id = group_id"
    )

    assert memberships == [("staff", "Operators")]


def test_the_sample_files_reach_their_final_status(running: EmbeddedRun) -> None:
    def statuses() -> list[object]:
        return [row[0] for row in running.rows("SELECT status FROM tasks_app_task")]

    wait_until(lambda: set(statuses()) <= FINAL, seconds=120, what="the samples to end")

    assert len(statuses()) >= 8
    assert {"completed", "completed_with_errors"} <= set(statuses())


def test_the_schedules_that_are_shipped_submit_tasks_that_complete(
    running: EmbeddedRun,
) -> None:
    begun = "SELECT count(*) FROM tasks_app_schedule WHERE handled_until IS NOT NULL"
    wait_until(lambda: running.rows(begun) == [(6,)], what="the beat")

    # As if no beat had been there for two days.
    past = "UPDATE tasks_app_schedule SET handled_until = datetime('now', '-2 days')"
    running.rows(f"{past} WHERE missed = 'once'")

    asked = "SELECT operation, status FROM tasks_app_task WHERE source = 'schedule'"
    wait_until(
        lambda: (
            {*SHIPPED, ("maintenance.health_check", "completed")}
            >= set(running.rows(asked))
            >= SHIPPED
        ),
        seconds=120,
        what="their tasks to complete",
    )


def test_redis_can_be_reached_by_this_user_only(running: EmbeddedRun) -> None:
    redis = next(one for one in running.family() if one.name() == "redis-server")
    path = Path(redis.cmdline()[0].partition("unixsocket:")[2])

    assert path.is_socket()
    assert path.parent.stat().st_mode & 0o077 == 0
    assert redis.net_connections("tcp") == []


def test_the_terminal_stays_readable_and_the_rest_is_in_files(
    running: EmbeddedRun,
) -> None:
    logs = {path.stem for path in (running.folder / "logs").glob("*.log")}

    assert {"redis", "web", "worker", "beat", "keeper"} <= logs
    assert "celery@" not in running.output
    assert len(running.lines) < 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_process_and_no_traceback(
    tmp_path: Path, number: signal.Signals
) -> None:
    with EmbeddedRun(tmp_path) as run:
        run.wait_until_ready()
        assert len(run.family()) >= 5

        code = run.stop(number)

        assert code == 0
        # What was killed in the end is gone when the kernel has come to it.
        wait_until(lambda: run.left() == [], what="the last process to end")
        assert "Traceback" not in run.output
        assert run.lines[-1] == "Stopped."
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", run.port))


def test_a_stop_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    with EmbeddedRun(tmp_path, EXTRA_APPS="tests.run_command.never") as run:
        wait_until((tmp_path / "logs" / "worker.log").exists, seconds=START_SECONDS)

        code = run.stop()

        assert code == 0
        wait_until(lambda: run.left() == [], what="the last process to end")
        assert READY not in run.output
        assert "Traceback" not in run.output


def test_the_tour_of_the_api_can_be_pasted(
    running: EmbeddedRun, tmp_path: Path
) -> None:
    (tour,) = re.findall(r"```sh\n(SITE=.*?)```", README.read_text(), re.DOTALL)
    script = tour.replace("127.0.0.1:8000", f"127.0.0.1:{running.port}")
    script = script.replace("examples/", f"{ROOT}/examples/") * 2  # pasted again

    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("report.xlsx\n") == 2
    assert list(tmp_path.iterdir()) == []
