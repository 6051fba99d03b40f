"""Installs what the tests need from Debian, when we are on Debian and may."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLICY = Path("/usr/sbin/policy-rc.d")


def can_install() -> bool:
    """Whether this is Debian (or a child of it) and we are root."""
    return os.getuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str, say: Callable[[str], None] = print) -> bool:
    """Install `packages`, starting none of their services; return whether it worked."""
    if not can_install():
        return False
    say(f"Installing {' '.join(packages)} with apt-get (once) ...")
    with _alone(), _no_services():
        return _install(packages) or (_apt("update") and _install(packages))


def _install(packages: tuple[str, ...]) -> bool:
    return _apt("install", "--yes", "--no-install-recommends", *packages)


def _apt(*arguments: str) -> bool:
    done = subprocess.run(
        ["apt-get", "--quiet", "--quiet", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Suites run at the same time; apt-get would refuse the second."""
    with Path(tempfile.gettempdir(), "sightline-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _no_services() -> Iterator[None]:
    """Debian asks this script before a package starts its service: the answer is no."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
