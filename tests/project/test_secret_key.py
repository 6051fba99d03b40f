"""The drawn secret key is one for all processes, however they start."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from config.env import secret_key
from tests.project.files import ROOT
from tests.servers.environment import inherited

pytestmark = pytest.mark.embedded_only

# Starts with the others: each prints the key as soon as a line comes in.
ASK = """
import pathlib, sys
from config.env import secret_key
print("ready", flush=True)
sys.stdin.readline()
print(secret_key(pathlib.Path(sys.argv[1])))
"""


def test_threads_that_start_at_once_read_one_whole_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    for number in range(50):
        folder = tmp_path / str(number)
        folder.mkdir()
        keys = at_once(16, partial(secret_key, folder))

        assert len(set(keys)) == 1
        assert len(keys[0]) >= 50
        assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_read_one_whole_key(tmp_path: Path) -> None:
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(tmp_path)],
            cwd=ROOT,
            env=inherited(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(len(asking)) as pool:
        keys = list(pool.map(lambda process: process.communicate("go\n")[0], asking))

    assert {process.returncode for process in asking} == {0}
    assert len(set(keys)) == 1
    assert len(keys[0].strip()) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def at_once(count: int, ask: Callable[[], str]) -> list[str]:
    """What `ask` returned to so many threads that were let go together."""
    barrier = threading.Barrier(count)

    def wait_and_ask(_: int) -> str:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_ask, range(count)))
