"""Who watches on one connection, and what waits to be sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks_app import metrics

from .answered import Answered
from .cohort import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks_app.realtime.identity import Signed
    from tasks_app.realtime.rights import Rights

    from .cohort import Cohort
    from .line import Line
    from .news import News


class Viewer:
    """Keeps the newest of each task for a connection, and sends it in frames."""

    __slots__ = (
        "__weakref__",
        "_answered",
        "_ended",
        "_removed",
        "_waiting",
        "calm_at",
        "cohort",
        "cursor",
        "free_at",
        "line",
        "rights",
        "signed",
        "subscriptions",
        "told",
        "unanswered",
        "urgent",
    )

    def __init__(self, rights: Rights, signed: Signed, line: Line) -> None:
        self.rights = rights
        self.signed = signed
        self.line = line
        self.cohort: Cohort | None = None
        self.subscriptions: dict[str, Any] = {}
        self.cursor = ""  # where the hub is
        self.told = ""  # where the client is
        self.unanswered = 0  # subscriptions whose rows are being read
        self.free_at = self.calm_at = 0.0  # for the pacer, as is the next
        self.urgent = False
        self._answered = Answered()
        self._waiting = Batch()
        self._removed: set[str] | None = None
        self._ended: list[News] | None = None

    def sees(self, owner_id: int | None) -> bool:
        """Whether the tasks of this owner exist for the user."""
        return self.rights.sees_all or owner_id == self.rights.user.pk

    @property
    def sight(self) -> int | str:
        """Whose tasks are seen: those of one user, by id, or all."""
        return "all" if self.rights.sees_all else self.rights.user.pk

    def at(self, cursor: str) -> str:
        """Return a place as this user was told of it.

        Who sees more or less when they come back cannot go on from it.
        """
        return f"{cursor}.{self.sight}"

    @property
    def place(self) -> str:
        """The place to tell with news: none while a subscription is unanswered.

        What changed between the client's own place and that answer is not told yet.
        """
        return "" if self.unanswered else self.cursor

    @property
    def waits(self) -> bool:
        return bool(self._waiting or self._removed or self._ended)

    @property
    def is_behind(self) -> bool:
        """Whether anything is yet to be sent that the hub has handed on."""
        return self.waits or (self.cohort is not None and self.cohort.waits)

    @property
    def is_in_step(self) -> bool:
        """Whether the client was told all, and nothing but what its group is told."""
        alone = self.waits or self.unanswered or self._answered
        return len(self.subscriptions) == 1 and not alone and not self.line.is_stuck()

    def offer(self, news: News, *, left: bool) -> bool:
        """Take a change; False when a newer one is known already."""
        if not self.sees(news.owner_id):
            return False
        if self._answered.covers(news.id, news.version):
            return False
        if news.id in self._waiting:
            metrics.MERGED.inc()
        return self._waiting.put(news, left=left)

    def answered(self, versions: Mapping[str, int]) -> None:
        """Note what an answer told, so that late news of it are not told once more.

        A cohort knows nothing of one viewer's answers: who is told one leaves it.
        """
        if self.cohort is not None:
            self.cohort.part(self)
        self._answered.note(versions)
        for pk, version in versions.items():
            if pk in self._waiting and self._waiting[pk][0].version <= version:
                del self._waiting[pk]

    def remove(self, pk: str) -> None:
        """Take the news that a task is gone."""
        self._waiting.pop(pk, None)
        self._removed = {*(self._removed or ()), pk}

    def note(self, news: News) -> None:
        """Take the news that a task of the viewer's own has ended."""
        self._ended = [*(self._ended or ()), news]

    def keep(self, waiting: Batch, removed: set[str]) -> None:
        """Let this wait for the viewer alone."""
        for news, left in waiting.values():
            self._waiting.put(news, left=left)
        for pk in removed:
            self.remove(pk)

    def drop_tasks(self) -> None:
        """Send nothing of what waits of tasks; that one's own ended is still told."""
        self._waiting, self._removed = Batch(), None

    def forget(self) -> None:
        """Send nothing of what waits."""
        self.drop_tasks()
        self._ended = None

    def flush(self) -> bool:
        """Send what waits; False when the client has to catch up first."""
        if not self.waits or self.line.is_stuck():
            return False
        waiting, self._waiting = self._waiting, Batch()
        removed, self._removed = self._removed, None
        self._send(waiting, removed or set())
        return True

    def take(self, waiting: Batch, removed: set[str]) -> bool:
        """Send what the cohort shares; False when the client has to catch up first."""
        if self.line.is_stuck():
            return False
        self._send(waiting, removed)
        return True

    def reach(self, cursor: str) -> None:
        """Take the place before which the hub has handed on everything."""
        self.cursor = self.at(cursor) if cursor else ""
        self._arrive()
        self._answered.age()

    def start_over(self) -> None:
        """Tell that what was missed cannot be said: all has to be asked again.

        What waits means nothing any more, and there is no place until that is done.
        """
        self.drop_tasks()
        self._answered = Answered()
        for ref in self.subscriptions:
            nothing = {"recovered": False, "tasks": [], "cursor": ""}
            self.line.say("replay", subscription=ref, **nothing)

    def _send(self, waiting: Batch, removed: set[str]) -> None:
        # Who drops between two of these comes back with the place it was told last:
        # the last one carries the new place, when all before it has arrived.
        speech = self.line.speech
        ended, self._ended = self._ended, None
        if ended:
            self.line.tell_all(speech.notes(self, ended))
        if removed:
            self.line.tell_all(speech.removals(self, removed, last=not waiting))
        if waiting:
            self.line.tell_all(speech.updates(self, waiting))
        self._arrive()

    def _arrive(self) -> None:
        if not self.is_behind:
            self.told = self.place or self.told
