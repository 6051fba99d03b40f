"""One change of a task, encoded once however many sockets are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from tasks_app.statuses import FINAL, legal_actions

RECENT: Final = timedelta(minutes=1)


@dataclass(slots=True)
class News:
    """A task on the wire, and its text for each kind of watcher."""

    task: dict[str, Any]
    before: dict[str, Any] | None = None  # the task as it was last told of
    id: str = field(init=False)
    version: int = field(init=False)
    owner_id: int | None = field(init=False)
    is_final: bool = field(init=False)
    _legal: list[str] = field(init=False)
    _texts: dict[Hashable, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        task = self.task
        self.id, self.version = task["id"], task["version"]
        self.owner_id = task["owner_id"]
        self.is_final = task["status"] in FINAL
        self._legal = legal_actions(
            task["status"],
            cancel_requested=task["cancel_requested"],
            pause_requested=task["pause_requested"],
            # Servers of before tell neither.
            question=task.get("question"),
            kept=task.get("kept", False),
        )

    @property
    def moved(self) -> bool:
        """Whether the status is another than before."""
        return self.before is None or self.before["status"] != self.task["status"]

    @property
    def has_ended(self) -> bool:
        """Whether this is the news of its end."""
        if not self.is_final:
            return False
        if self.before is not None:
            return self.before["status"] not in FINAL
        ended = datetime.fromisoformat(self.task["finished_at"])
        return timezone.now() - ended < RECENT  # else told of long ago, and forgotten

    def text(self, permitted: frozenset[str], *, left: bool) -> str:
        """Return the patch as JSON for who is `permitted` these actions."""
        key = (permitted, left)
        if key not in self._texts:
            patch = {k: v for k, v in self.task.items() if k != "owner_id"}
            patch["actions"] = [verb for verb in self._legal if verb in permitted]
            patch["left"] = left
            self._texts[key] = json.dumps(patch, separators=(",", ":"))
        return self._texts[key]

    def once(self, make: Callable[[Mapping[str, Any]], dict[str, Any]]) -> str:
        """Return what `make` makes of the task as JSON, made only once."""
        if make not in self._texts:
            self._texts[make] = json.dumps(make(self.task), separators=(",", ":"))
        return self._texts[make]
