"""A private PostgreSQL from the binaries on the machine."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from tests.servers.process import PrivateServer, ServerError

NAME = "sightline"


def binaries() -> Path | None:
    """The newest folder with PostgreSQL's programs, if there is one."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parent.parent.name),
    )
    if folders:
        return folders[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class PostgresServer(PrivateServer):
    """Commits are visible at once and lost with the machine: tests need no more."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast: ends sessions instead of waiting for them

    def __init__(self, **settings: str) -> None:
        super().__init__()
        self._settings = settings
        self.user = _unprivileged_user()
        if self.user:
            shutil.chown(self.directory, self.user)

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@127.0.0.1:{self.port}/{NAME}"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "off",
            **self._settings,
            "synchronous_commit": "on",
            "timezone": "UTC",
        }
        options = [
            word for key, value in settings.items() for word in ("-c", f"{key}={value}")
        ]
        return [self._program("postgres"), "-D", str(self._data), *options]

    def start(self) -> PostgresServer:
        """Make the cluster and the database the first time."""
        is_new = not self._data.exists()
        if is_new:
            self._make_cluster()
        super().start()
        if is_new:
            with self._connect() as connection:
                connection.execute(f"CREATE DATABASE {NAME}")
        return self

    def is_ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=NAME,
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def _make_cluster(self) -> None:
        command = [self._program("initdb"), "-D", str(self._data), "-U", NAME]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        process = self._spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = process.communicate(timeout=60)
        if process.returncode:
            raise ServerError(output.decode(errors="replace"))

    def _program(self, name: str) -> str:
        folder = binaries()
        if folder is None:
            raise ServerError("PostgreSQL is not installed.")
        return str(folder / name)


def _unprivileged_user() -> str | None:
    """Who runs it: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
