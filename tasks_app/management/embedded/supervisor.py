"""Starts the processes in order, keeps them alive, stops them in the other order."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import CommandError

from tasks_app.management.embedded import commands, private_redis
from tasks_app.management.embedded.children import Child
from tasks_app.management.embedded.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 60.0  # for any one process to answer
WARM_SECONDS = 6.0  # a running task may still end by itself, then it is interrupted


class StopRequestedError(Exception):
    """Somebody pressed Ctrl-C, or asked the process to end."""


class Supervisor:
    """The children of `manage.py run`."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        """`say` prints one line on the terminal."""
        self._say = say
        self._stopping = threading.Event()
        self._children: list[Child] = []
        self._output = Output(settings.DATA_DIR / "logs", say=say)
        self._environment = commands.environment()

    def listen(self) -> None:
        """Turn Ctrl-C and requests to end into a stop in good order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())

    def start_redis(self) -> None:
        """Start the private Redis and wait until it answers."""
        private_redis.prepare_folder()
        private_redis.end_leftover()
        # An orphan that ends in good order would take the socket of the next run away.
        self._start("redis", commands.redis(), orphan_signal="KILL")
        self._wait_for("redis", private_redis.answers)

    def start_others(self) -> None:
        """Start all the rest; wait until the site and the worker answer."""
        worker_ready = self._output.expect("worker", r"\bready\.")
        # An orphan has lost its Redis, too: asked to stop, it would wait half a minute
        # for that. Killed, it loses nothing; the lease of its task ends.
        self._start("worker", commands.worker(), orphan_signal="KILL")
        self._start("keeper", commands.keeper())
        self._start("beat", commands.beat())
        # An orphan that says goodbye would keep the next run from its port.
        self._start("web", commands.web(), orphan_signal="KILL")
        self._wait_for("web", _site_answers)
        self._wait_for("worker", worker_ready.is_set)

    def watch(self) -> None:
        """Keep the children alive until somebody asks to stop."""
        while not self._stopping.wait(0.2):
            self._keep_alive()

    def stop(self) -> None:
        """Stop all but Redis, then Redis; kill what does not follow in time."""
        self._end([child for child in self._children if child.name != "redis"])
        self._end([child for child in self._children if child.name == "redis"])
        private_redis.remove_folder()
        self._output.close()

    def _start(
        self, name: str, command: list[str], *, orphan_signal: str = "TERM"
    ) -> None:
        if self._stopping.is_set():  # since before: it need not start to be stopped
            raise StopRequestedError
        child = Child(
            name,
            command=command,
            environment=self._environment,
            on_line=self._output.line,
            orphan_signal=orphan_signal,
        )
        child.start()
        self._children.append(child)

    def _wait_for(self, name: str, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self._stopping.wait(0.1):
                raise StopRequestedError
            self._keep_alive()
            if time.monotonic() > deadline:
                log = self._output.folder / f"{name}.log"
                raise CommandError(
                    f"{name} did not answer within {START_SECONDS:.0f} s; see {log}"
                )

    def _keep_alive(self) -> None:
        for child in self._children:
            if news := child.keep_alive():
                self._say(f"{child.name} {news}; its log is in {self._output.folder}")

    @staticmethod
    def _end(children: list[Child]) -> None:
        for number, seconds in ((signal.SIGTERM, WARM_SECONDS), (signal.SIGQUIT, 2.0)):
            deadline = time.monotonic() + seconds
            for child in children:
                child.ask_to_stop(number)
            for child in children:
                child.wait(deadline - time.monotonic())
        for child in children:
            child.end()


def _site_answers() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
