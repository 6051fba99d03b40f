"""A real server, and what schemathesis needs to ask it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tasks_app import credentials, lifecycle
from tests.conftest import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from tasks_app.models import Task
    from tests.processes import Processes

HERE = Path(__file__).parent
SECONDS = 200


@pytest.fixture
def ask_everything(processes: Processes) -> Callable[..., str]:
    """Return a function that lets schemathesis ask as a user, and gives its report."""
    address = processes.web(ACCESS_TOKEN_SECONDS="3600")

    def ask(user: User, *options: str) -> str:
        token = credentials.issue_tokens(user).access
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{address}/api/v1/schema/",
            f"--header=Authorization: Bearer {token}",
            "--output-sanitize=false",
            *options,
        ]
        found = subprocess.run(
            command,
            cwd=processes.folder,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return f"exit code {found.returncode}\n{found.stdout}{found.stderr}"

    return ask


@pytest.fixture
def tasks_of_every_kind(
    make_task: Callable[..., Task], make_claimed: Callable[..., Task]
) -> None:
    """Tasks that wait, run, are over and have gone wrong, for reads to find."""
    make_task()
    make_claimed()
    lifecycle.cancel(make_task(), origin=ORIGIN)
