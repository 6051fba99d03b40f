"""A server process of our own: started, waited for, stopped, and its files removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tasks_app.management.embedded.children import bound_to_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP_SECONDS = 20


class ServerError(RuntimeError):
    """The server did not start; the text says why, with the end of its log."""


def free_port() -> int:
    """A port of the loopback address that nobody listens on.

    A connection that has just ended keeps it for a minute: others who ask for any port
    get another one meanwhile, and a server that asks for this one gets it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.listen(1)
        with socket.create_connection(probe.getsockname()):
            probe.accept()[0].close()  # who closes first waits
        return int(probe.getsockname()[1])


class PrivateServer(ABC):
    """Start with `start()` or `with`; start again after `stop()` or `kill()`.

    The port and the files stay the same from one start to the next, as they do when a
    real server comes back. `close()` removes the files.
    """

    name: str
    start_seconds = 30.0
    stop_signal = signal.SIGTERM
    user: str | None = None  # who runs it, when that is not who runs the tests

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix=f"sightline-{self.name}-"))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find it."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line; it stays in the foreground."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers in its own protocol."""

    def environment(self) -> dict[str, str]:
        """What the process finds in its environment."""
        return {**os.environ, "LC_ALL": "C.UTF-8"}

    def start(self) -> Self:
        """Start and wait until it answers.

        Raises ServerError when it does not within `start_seconds`.
        """
        with self._log.open("ab") as log:
            self.process = self._spawn(self.command(), stdout=log, stderr=log)
        deadline = time.monotonic() + self.start_seconds
        while not self.is_ready():
            if self.process.poll() is not None:
                raise ServerError(f"{self.name} ended at once.\n{self._log_end()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} never answered.\n{self._log_end()}")
            time.sleep(0.05)  # between two looks; the deadline decides
        return self

    def stop(self) -> None:
        """Ask it to end, as an operator would; kill it when it does not."""
        self._signal(self.stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it and its children without warning, like a power cut."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It accepts connections and says nothing while the block runs."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it and remove its files."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _process(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise ServerError(f"{self.name} was never started.")
        return self.process

    @property
    def _log(self) -> Path:
        return self.directory / "server.log"

    def _spawn(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            bound_to_parent(command),
            cwd=self.directory,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            user=self.user,
            **options,
        )

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _log_end(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
