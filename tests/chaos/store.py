"""What a client keeps of a subscription, by the rules of `docs/wire.md`."""

from __future__ import annotations

from typing import Any


class Store:
    """The tasks of one subscription: the newest version wins, what is gone stays gone.

    `complaints` are what the server may never do, in words.
    """

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.cursor = ""
        self.answered = False  # the subscription of this connection
        self.complaints: list[str] = []
        self._versions: dict[str, int] = {}
        self._gone: set[str] = set()
        self._told: dict[str, int] = {}  # by updates of this connection

    def ask(self, what: dict[str, Any]) -> dict[str, Any]:
        """Return the message that subscribes: after the cursor, or all anew."""
        self.answered = False
        self._told = {}
        message = {"action": "subscribe", "id": "s1", **what}
        if self.cursor:
            return {**message, "after": self.cursor}
        self.tasks, self._versions = {}, {}
        return message

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message of the server."""
        kind = message["type"]
        if kind == "replay" and not message["recovered"]:
            self.cursor, self.answered = "", False
            return
        if kind in {"snapshot", "replay"}:
            self.answered = True
        if kind == "update":
            self._check(message["tasks"])
        for task in message.get("tasks", ()):
            self._merge(task)
        for pk in [*message.get("ids", ()), *message.get("removed", ())]:
            self._gone.add(pk)
            self.tasks.pop(pk, None)
        # Before the answer a cursor speaks of what this client has not been told.
        if self.answered and message.get("cursor"):
            self.cursor = message["cursor"]

    def _check(self, patches: list[dict[str, Any]]) -> None:
        for patch in patches:
            pk, version = patch["id"], patch["version"]
            if version < self._told.get(pk, 0):
                self.complaints.append(f"{pk}: {version} after {self._told[pk]}")
            self._told[pk] = version

    def _merge(self, task: dict[str, Any]) -> None:
        pk, version = task["id"], task["version"]
        if pk in self._gone or version < self._versions.get(pk, 0):
            return
        self._versions[pk] = version
        if task.get("left"):
            self.tasks.pop(pk, None)
        else:
            self.tasks[pk] = {**self.tasks.get(pk, {}), **task}
