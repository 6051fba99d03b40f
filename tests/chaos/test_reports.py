"""A reporter whose connection is cut before the answer loses and doubles nothing.

F23 and F24 of the fault list: every report is in the history once, in order, however
often it was sent, and however late a copy of an older one arrives.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest
from django.contrib.auth.models import User

from tasks_app.models import Task
from tests.processes import wait_until

from .profile import FULL, PROFILE, SEED

if PROFILE is not FULL:
    pytestmark = pytest.mark.servers_only

RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: a close that says nothing


class Line:
    """A way to the server that is cut when it pleases."""

    def __init__(self, site: str, token: str, *, chance: random.Random) -> None:
        parts = urlsplit(site)
        self.address = (parts.hostname or "", parts.port or 80)
        self.token, self.chance, self.cuts = token, chance, 0

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer; None when the connection was cut before it."""
        text = json.dumps(body)
        with socket.create_connection(self.address, timeout=10) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            request = (
                f"PATCH {path} HTTP/1.1\r\nHost: {self.address[0]}\r\n"
                f"Authorization: Bearer {self.token}\r\nConnection: close\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
                f"{text}"
            ).encode()
            cut = self.chance.random() < 0.5
            if cut and self.chance.random() < 0.3:  # in the middle of the request
                line.sendall(request[: self.chance.randrange(len(request))])
                self.cuts += 1
                return None
            line.sendall(request)
            if cut:  # while it is worked on, or after
                line.settimeout(self.chance.uniform(0.001, 0.02))
                with contextlib.suppress(TimeoutError):
                    line.recv(1)
                self.cuts += 1
                return None
            return _answer(line)


def _answer(line: socket.socket) -> dict[str, Any]:
    received = b""
    while chunk := line.recv(65_536):
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.split()[1] == b"200", received
    answer: dict[str, Any] = json.loads(body)
    return answer


def test_each_report_lands_once_and_in_order_however_often_it_is_cut(
    processes, make_task, reporter: User, account
):
    task = make_task("workshop.outside")
    site = processes.web(ACCESS_TOKEN_SECONDS="7200")
    with httpx.Client(base_url=site) as client:
        signed = {"username": "carrier", "password": "carrier"}
        token = client.post("/api/v1/auth/token/", json=signed).json()["access"]
        path = f"/api/v1/tasks/{task.pk}/"
        claimed = client.post(
            f"{path}claim/", headers={"Authorization": f"Bearer {token}"}
        ).json()
    proof = {key: claimed[key] for key in ("attempt", "lease_token")}
    chance = random.Random(SEED)
    line = Line(site, token, chance=chance)
    sent = 0
    for number in range(1, PROFILE.reports + 1):
        told = {**proof, "number": number, "step": f"step {number}"}
        while line.patch(path, told) is None:
            sent += 1
        if chance.random() < 0.2:  # a copy of an older one comes late
            old = chance.randint(1, number)
            late = line.patch(path, {**proof, "number": old, "step": f"step {old}"})
            assert late is None or late["step"] == told["step"]
    while (
        line.patch(path, {**proof, "number": number + 1, "status": "completed"}) is None
    ):
        sent += 1

    wait_until(lambda: Task.objects.get(pk=task.pk).status == "completed")
    steps = task.events.filter(kind="step").order_by("version")
    assert [event.step for event in steps] == [
        f"step {number}" for number in range(1, PROFILE.reports + 1)
    ]
    assert line.cuts > PROFILE.reports // 4
    account(f"{number} reports, {line.cuts} connections cut, {sent} sent again")
