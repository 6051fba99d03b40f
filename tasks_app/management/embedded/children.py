"""One child process: started, read, started again with growing pauses, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FIRST_PAUSE = 1.0  # seconds before a child that died starts again; doubles ...
LONGEST_PAUSE = 30.0  # ... up to this, and begins anew ...
STEADY_SECONDS = 60.0  # ... once the child has lived this long


def bound_to_parent(command: Sequence[str], *, by: str = "TERM") -> list[str]:
    """Return `command` so that it ends with its parent, however that ends (Linux).

    `by` names the signal it then gets.
    """
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", by, "--"] if setpriv else []), *command]


class Child:
    """A process in a session of its own: Ctrl-C reaches the supervisor only."""

    def __init__(
        self,
        name: str,
        *,
        command: Sequence[str],
        environment: Mapping[str, str],
        on_line: Callable[[str, str], None],
        orphan_signal: str = "TERM",
    ) -> None:
        """`on_line(name, line)` is called from a thread for each line it prints.

        `orphan_signal` names what it gets should we be killed ourselves.
        """
        self.name = name
        self._command = bound_to_parent(command, by=orphan_signal)
        self._environment = environment
        self._on_line = on_line
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0
        self._due_at = 0.0  # when to start it again; 0 while it runs
        self._pause = FIRST_PAUSE
        self._last_line = ""

    def start(self) -> None:
        """Start the process and the thread that reads what it prints."""
        self._started_at, self._due_at = time.monotonic(), 0.0
        self._process = subprocess.Popen(
            self._command,
            env=dict(self._environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert self._process.stdout is not None
        threading.Thread(
            target=self._read, args=(self._process.stdout,), daemon=True
        ).start()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def keep_alive(self) -> str:
        """Start it again once its pause is over; return what there is to tell."""
        if self.is_running or self._process is None:
            return ""
        now = time.monotonic()
        if not self._due_at:
            steady = now - self._started_at > STEADY_SECONDS
            pause = FIRST_PAUSE if steady else self._pause
            self._due_at, self._pause = now + pause, min(pause * 2, LONGEST_PAUSE)
            how = _ending(self._process.returncode, last_line=self._last_line)
            return f"{how}; starting it again in {pause:g} s"
        if now >= self._due_at:
            self._reap_group()
            self.start()
        return ""

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the process itself, not to its children."""
        if self._process is not None and self.is_running:
            self._process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Return whether it ended within `seconds`."""
        if self._process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0.0))
        return not self.is_running

    def end(self) -> None:
        """Make sure that nothing of it is left: what still lives is killed."""
        self._reap_group()
        self.wait(5)

    def _reap_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self._last_line = line.strip() or self._last_line
                self._on_line(self.name, line.rstrip("\n"))


def _ending(code: int, *, last_line: str) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended by itself with code {code} ({last_line})"
