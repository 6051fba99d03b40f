"""A private RabbitMQ from Debian's package, with a port mapper of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

from tests.servers.process import PrivateServer, ServerError, free_port

GREETING = b"AMQP\x00\x00\x09\x01"  # AMQP 0-9-1, section 4.2.2
METHOD_FRAME = b"\x01"


def binary() -> Path | None:
    """The server's own script; the one on the PATH changes to a system user first."""
    found = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return found if found.exists() and shutil.which("epmd") else None


class RabbitServer(PrivateServer):
    """One node that talks to nobody."""

    name = "rabbitmq"
    start_seconds = 90.0

    def __init__(self) -> None:
        super().__init__()
        self._distribution_port = free_port()
        self._mapper_port = free_port()
        self._mapper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> list[str]:
        script = binary()
        if script is None:
            raise ServerError("RabbitMQ is not installed.")
        return [str(script)]

    def environment(self) -> dict[str, str]:
        settings = {
            "NODENAME": f"sightline-{self.port}@localhost",
            "NODE_IP_ADDRESS": "127.0.0.1",
            "NODE_PORT": str(self.port),
            "DIST_PORT": str(self._distribution_port),
            "MNESIA_BASE": str(self.directory / "mnesia"),
            "LOG_BASE": str(self.directory / "log"),
            "PID_FILE": str(self.directory / "pid"),
            "CONF_ENV_FILE": os.devnull,
            "CONFIG_FILE": str(self.directory / "rabbitmq"),
            "ENABLED_PLUGINS_FILE": str(self.directory / "plugins"),
            "SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }
        return {
            **super().environment(),
            **{f"RABBITMQ_{key}": value for key, value in settings.items()},
            "HOME": str(self.directory),  # the cookie
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def start(self) -> RabbitServer:
        """Start the port mapper, then the node."""
        (self.directory / "plugins").write_text("[].\n")
        if self._mapper is None:
            self._mapper = self._spawn(
                ["epmd"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        super().start()
        return self

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as client:
                client.settimeout(5)
                client.sendall(GREETING)
                return client.recv(1) == METHOD_FRAME
        except OSError:
            return False

    def close(self) -> None:
        super().close()
        if self._mapper is not None:
            self._mapper.terminate()
            self._mapper.wait()
