"""`manage.py run` as people run it: a process, its terminal, its folder."""

from __future__ import annotations

import http.client
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import psutil

from tests.processes import PATIENCE, wait_until
from tests.project.files import ROOT
from tests.servers import free_port
from tests.servers.environment import inherited

READY = "Sightline is ready:"
START_SECONDS = 180  # several cold starts on a busy machine


class EmbeddedRun:
    """Starts when entered; whatever is left of it ends when left."""

    def __init__(self, folder: Path, *, port: int = 0, **variables: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.lines: list[str] = []
        self._variables = variables
        self._family: list[psutil.Process] = []

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env={
                **inherited(),
                "DATA_DIR": str(self.folder),
                "PORT": str(self.port),
                **self._variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()
        for process in self.left():
            process.kill()
        self._reader.join(PATIENCE)

    @property
    def output(self) -> str:
        """What the terminal shows."""
        return "\n".join(self.lines)

    def wait_until_ready(self) -> Self:
        """Wait for the ready line; fails with the output when the process ends."""
        wait_until(
            lambda: READY in self.output or self.process.poll() is not None,
            seconds=START_SECONDS,
            what="the ready line",
        )
        assert self.process.poll() is None, self.output
        self.family()
        return self

    def family(self) -> list[psutil.Process]:
        """Every process it has started so far and that lives."""
        self._family = psutil.Process(self.process.pid).children(recursive=True)
        return self._family

    def child(self, word: str) -> psutil.Process:
        """The child whose command line has `word` in it."""
        children = psutil.Process(self.process.pid).children()
        found = [one for one in children if word in words_of(one)]
        assert len(found) == 1, [words_of(one) for one in children]
        return found[0]

    def left(self) -> list[psutil.Process]:
        """Which of the family still live."""
        return [one for one in self._family if one.is_running() and not _dead(one)]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end and return the exit code."""
        self.family()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def get(self, path: str) -> int:
        """The HTTP status of a page; 0 when nobody answers."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            client.request("GET", path)
            return client.getresponse().status
        except OSError:
            return 0
        finally:
            client.close()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        path = self.folder / "sightline.sqlite3"
        database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(line.rstrip("\n") for line in output)


def _dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def words_of(process: psutil.Process) -> list[str]:
    """Return the command line; empty when the process ended while it was looked at."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []
