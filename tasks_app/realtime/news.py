"""One change of a task, encoded once however many sockets are told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tasks_app.statuses import FINAL, legal_actions


@dataclass(slots=True)
class News:
    """A task on the wire, and its text for each kind of watcher."""

    task: dict[str, Any]
    id: str = field(init=False)
    version: int = field(init=False)
    owner_id: int | None = field(init=False)
    is_final: bool = field(init=False)
    _legal: list[str] = field(init=False)
    _texts: dict[tuple[frozenset[str], bool], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        task = self.task
        self.id, self.version = task["id"], task["version"]
        self.owner_id = task["owner_id"]
        self.is_final = task["status"] in FINAL
        self._legal = legal_actions(
            task["status"],
            cancel_requested=task["cancel_requested"],
            pause_requested=task["pause_requested"],
        )

    def text(self, permitted: frozenset[str], *, left: bool) -> str:
        """Return the patch as JSON for who is `permitted` these actions."""
        key = (permitted, left)
        if key not in self._texts:
            patch = {k: v for k, v in self.task.items() if k != "owner_id"}
            patch["actions"] = [verb for verb in self._legal if verb in permitted]
            patch["left"] = left
            self._texts[key] = json.dumps(patch, separators=(",", ":"))
        return self._texts[key]
