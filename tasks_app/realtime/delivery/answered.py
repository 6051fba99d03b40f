"""What a client was told in answers lately."""

from __future__ import annotations

from collections.abc import Mapping


class Answered:
    """What a client was told in answers lately, so that news do not repeat it.

    Kept until the second look into the database after the answer: that one has begun
    after it, so the hub has told of everything the answer showed.
    """

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}

    def note(self, versions: Mapping[str, int]) -> None:
        """An answer told these."""
        self._young.update(versions)

    def covers(self, pk: str, version: int) -> bool:
        """Whether an answer told this version of the task, or a newer one."""
        return max(self._young.get(pk, 0), self._old.get(pk, 0)) >= version

    def __bool__(self) -> bool:
        return bool(self._young or self._old)

    def age(self) -> None:
        """One look into the database has passed."""
        if self._young or self._old:
            self._old, self._young = self._young, {}
