"""What must be free before anything starts: the data folder and the port."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from typing import IO, TYPE_CHECKING

from django.core.management.base import CommandError

if TYPE_CHECKING:
    from pathlib import Path

LEFTOVER_SECONDS = 3.0  # what a killed run left behind is gone by then


def claim_folder(folder: Path) -> IO[str]:
    """Return a lock on `folder`; it lasts until closed or until this process ends.

    Raises CommandError when another run holds it.
    """
    file = (folder / "run.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        file.close()
        raise CommandError(
            f"Sightline already runs with the data in {folder} (process {pid}). "
            "Stop it first, or choose another folder with DATA_DIR=..."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_port(port: int) -> None:
    """Raise CommandError when nothing can listen on `port` of this machine."""
    if not 0 < port < 65536:
        raise CommandError(f"PORT is {port}; a port is a number from 1 to 65535.")
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while problem := _listen(port):
        if isinstance(problem, PermissionError):
            raise CommandError(
                f"You may not listen on port {port}. "
                "Choose one above 1023: make run PORT=8001"
            )
        if time.monotonic() > deadline:
            raise CommandError(
                f"Port {port} is taken by another program. "
                f"Choose another: make run PORT={port % 65000 + 1}"
            )
        time.sleep(0.1)


def _listen(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            return problem
    return None
