"""Which version of each task was told last, for as long as it may come again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tasks_app.statuses import FINAL

TICKS: Final = 60  # a generation; what was not heard of for two is forgotten

SOMETIMES: Final[tuple[str, ...]] = ("artifacts", "result")


def _is_news(task: dict[str, Any], known: dict[str, Any]) -> bool:
    if task["version"] != known["version"]:
        return bool(task["version"] > known["version"])
    told = known.get("artifacts", [])
    return "artifacts" in task and task["artifacts"] != told


class Versions(Mapping[str, int]):
    """Remembers in two generations, so that forgetting costs nothing."""

    def __init__(self) -> None:
        self._young: dict[str, dict[str, Any]] = {}
        self._old: dict[str, dict[str, Any]] = {}
        self._gone: dict[str, None] = {}
        self.unsure: set[str] = set()  # ended; what they left is to be read
        self._ticks = 0

    def fresh(self, task: dict[str, Any]) -> dict[str, Any] | None:
        """Return the task if it is newer than what was told, else None.

        Only some messages carry artifacts and result; the next ones take them over.
        """
        pk = task["id"]
        if pk in self._gone:
            return None  # ids are never given out again: this comes late
        known = self.last(pk)
        if task["status"] in FINAL and "artifacts" not in task:
            self.unsure.add(pk)  # the message that brought them may be lost
        if known is not None:
            if not _is_news(task, known):
                return None
            missing = [name for name in SOMETIMES if name not in task]
            kept = {name: known[name] for name in missing if name in known}
            task = {**task, **kept}
        self._young[pk] = task
        return task

    def last(self, pk: str) -> dict[str, Any] | None:
        """Return the task as it was told last, None when that is not known."""
        return self._young.get(pk) or self._old.get(pk)

    def gone(self, pk: str) -> bool:
        """Note that a task was removed; False when that was known."""
        if pk in self._gone:
            return False
        self._gone[pk] = None
        return True

    def is_gone(self, pk: str) -> bool:
        """Whether it was told that the task was removed."""
        return pk in self._gone

    def age(self) -> None:
        """One tick has passed in which the settled place has moved.

        While it stands still the database tells of everything past it again and again.
        """
        self._ticks += 1
        if self._ticks % TICKS == 0:
            self._old, self._young = self._young, {}
            self._gone = dict.fromkeys(list(self._gone)[-10_000:])

    def __getitem__(self, pk: str) -> int:
        known = self._young.get(pk) or self._old[pk]
        version: int = known["version"]
        return version

    def __iter__(self) -> Iterator[str]:
        return iter({**self._old, **self._young})

    def __len__(self) -> int:
        return len({**self._old, **self._young})
