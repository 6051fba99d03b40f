"""What stands in the way is said in a sentence, before anything is started."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

import pytest

from tests.run_command.embedded import START_SECONDS, EmbeddedRun

pytestmark = pytest.mark.embedded_only


def refusal(run: EmbeddedRun) -> str:
    """The only line of a run that refuses."""
    with run:
        assert run.process.wait(START_SECONDS) == 1
    assert len(run.lines) == 1, run.output
    assert not (run.folder / "logs").exists()
    return run.lines[0]


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert refusal(EmbeddedRun(tmp_path, port=port)) == (
            f"CommandError: Port {port} is taken by another program. "
            f"Choose another: make run PORT={port % 65000 + 1}"
        )


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    told = refusal(EmbeddedRun(tmp_path, port=70000))

    assert told == "CommandError: PORT is 70000; a port is a number from 1 to 65535."


def test_a_data_folder_in_use_names_who_uses_it(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()

        told = refusal(EmbeddedRun(tmp_path))

    assert f"already runs with the data in {tmp_path} (process {os.getpid()})" in told


def test_production_is_told_to_use_the_procfile(tmp_path: Path) -> None:
    url = "postgres://nobody@127.0.0.1:1/nothing"

    told = refusal(EmbeddedRun(tmp_path, DATABASE_URL=url, SECRET_KEY="x" * 50))

    assert told.startswith("CommandError: DATABASE_URL is set")
    assert "Procfile" in told
