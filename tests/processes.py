"""Real processes of the product, on the database of the running test."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil
from celery import current_app
from django.db import connection

from tasks_app.models import Task
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds; a process may get no CPU for many of them
START_SECONDS = 90  # a cold start on a busy machine
END_SECONDS = 1  # for saying goodbye at the end of a test


def wait_until(
    condition: Callable[[], Any], *, seconds: float = PATIENCE, what: str = ""
) -> Any:
    """Return the condition's first true value; fails after `seconds`.

    It is looked at once more after them: we may not have run ourselves meanwhile.
    """
    end, is_over = time.monotonic() + seconds, False
    while not is_over:
        is_over = time.monotonic() >= end
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"Not within {seconds} s: {what or condition}")


def wait_for_status(task: Task, *statuses: str, seconds: float = PATIENCE) -> Task:
    """Return the row once it has one of the statuses."""
    wanted = Task.objects.filter(pk=task.pk, status__in=statuses)
    what = f"{task.pk} to be {statuses}"
    try:
        found: Task = wait_until(wanted.first, seconds=seconds, what=what)
        return found
    except AssertionError as error:
        row = Task.objects.get(pk=task.pk)
        raise AssertionError(f"{error}; it is {row.status}") from None


def shipped(name: str, *, port: int) -> list[str]:
    """Return a command of the Procfile, as it is in production but on the loopback."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith(f"{name}: "))
    here = command.replace("${PORT:-8000}", str(port)).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    return shlex.split(here.removeprefix(f"{name}: "))


@dataclass
class Process:
    """A running process of the product and what it has logged."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    @property
    def logged(self) -> str:
        return self.log.read_text(errors="replace")

    def children(self) -> list[psutil.Process]:
        """The pool of a worker."""
        return psutil.Process(self.pid).children(recursive=True)

    def signal_all(self, number: int) -> None:
        """Send a signal to the process and its children at once."""
        for process in [*self.children(), psutil.Process(self.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL the whole process group: nothing gets to say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait(10)

    def stop(self) -> None:
        """End it in the ordinary way, by force after a while."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGCONT)
        self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(5)
        self.kill()


class Processes:
    """Starts processes; leaving the block ends all of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.popen.terminate()
        end = time.monotonic() + END_SECONDS
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.popen.wait(max(0, end - time.monotonic()))
            process.kill()

    def empty_broker(self) -> None:
        """Forget what earlier tests published."""
        with current_app.connection_for_write() as broker:
            queue = current_app.amqp.queues["default"](broker.default_channel)
            queue.declare()
            queue.purge()

    def worker(
        self,
        *,
        concurrency: int = 2,
        pool: str = "prefork",
        wait: bool = True,
        **env: str,
    ) -> Process:
        """Start a Celery worker and wait until it takes messages."""
        options = ["-P", pool, "--without-mingle", "--without-gossip", "-l", "INFO"]
        process = self._start(
            "worker",
            [
                "-m",
                "celery",
                "-A",
                "config",
                "worker",
                "-c",
                str(concurrency),
                *options,
            ],
            env,
        )
        if wait:
            self.wait_for_log(process, " ready.")
        return process

    def keeper(self, *, what: str = "This keeper is", **env: str) -> Process:
        """Start a keeper and wait until it says `what`: that it is active, or not."""
        process = self._start("keeper", ["manage.py", "keeper"], env)
        self.wait_for_log(process, what)
        return process

    def beat(self, **env: str) -> Process:
        """Start the beat with the schedules of the database."""
        command = ["-m", "celery", "-A", "config", "beat", "-l", "INFO"]
        process = self._start("beat", [*command, "-s", str(self.folder / "beat")], env)
        self.wait_for_log(process, "beat: Starting")
        return process

    def manage(
        self, *arguments: str, seconds: float = 60, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end, at most `seconds`."""
        return self.python("manage.py", *arguments, seconds=seconds, **env)

    def python(
        self, *arguments: str, seconds: float = 60, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python on the database of this test to its end, at most `seconds`."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **database(), **env},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def web(self, *, server: str = "uvicorn", port: int = 0, **env: str) -> str:
        """Start the ASGI server and return its address, `http://127.0.0.1:PORT`.

        A `port` is given to come back where an earlier server was.
        """
        port = port or free_port()
        commands = {
            "uvicorn": ["-m", *shipped("web", port=port)],
            "socketless": ["-m", *shipped("web", port=port), "--ws", "none"],
            "daphne": ["-m", "daphne", "config.asgi:application", "-p", str(port)],
        }
        process = self._start("web", commands[server], {"PORT": str(port), **env})
        url = f"http://127.0.0.1:{port}"
        wait_until(
            lambda: answers(f"{url}/healthz") or not process.alive,
            seconds=START_SECONDS,
            what="the web process to answer",
        )
        assert process.alive, process.logged
        return url

    def wait_for_log(self, process: Process, text: str) -> None:
        """Wait until the process has logged `text`; fails when it ends before."""
        wait_until(
            lambda: text in process.logged or not process.alive,
            seconds=START_SECONDS,
            what=f"{text!r} in {process.log.name}",
        )
        assert process.alive, process.logged

    def _start(self, name: str, command: list[str], env: dict[str, str]) -> Process:
        log = self.folder / f"{name}-{len(self.running)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **database(), **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, to be killed as one
            )
        process = Process(popen, log)
        self.running.append(process)
        return process


def database() -> dict[str, str]:
    """Return the variables that point a process at the database of this test."""
    names = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{names['NAME']}", "EMBEDDED": "true"}
    user = (
        f"{names['USER']}:{names['PASSWORD']}" if names["PASSWORD"] else names["USER"]
    )
    place = f"{names['HOST']}:{names['PORT']}/{names['NAME']}"
    return {"DATABASE_URL": f"postgres://{user}@{place}", "EMBEDDED": "true"}


def answers(url: str) -> bool:
    """Whether anything but a refusal comes back from `url`."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
