"""Who watches what, so that a change touches only those it concerns."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .subscriptions import ByFilter, ById, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .news import News
    from .viewer import Viewer

MOST_MATCHED: Final = 20_000  # tasks a group remembers to have shown


@dataclass
class Group:
    """The viewers with the same filter and the same sight, judged once for all."""

    filter: ByFilter
    viewers: dict[Viewer, int] = field(default_factory=dict)
    # The newest version that somebody was shown of each task.
    matched: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def left(self, task: dict[str, Any]) -> bool | None:
        """Whether the task stopped matching; None when it never did."""
        pk, version = task["id"], task["version"]
        if self.filter.matches(task):
            self.remember({pk: version})
            return False
        if pk not in self.matched:
            return None
        # News can be older than what somebody has read: to them it is still to leave.
        if self.matched[pk] <= version:
            del self.matched[pk]
        return True

    def remember(self, versions: Mapping[str, int]) -> None:
        """Note that these were shown."""
        for pk, version in versions.items():
            self.matched[pk] = max(version, self.matched.get(pk, 0))
            self.matched.move_to_end(pk)
        while len(self.matched) > MOST_MATCHED:
            self.matched.popitem(last=False)


class Audience:
    """The index of subscriptions: by task, and by filter and sight."""

    def __init__(self) -> None:
        self._by_task: dict[str, dict[Viewer, int]] = {}
        self._by_person: dict[int | None, set[Viewer]] = {}
        # The first key is whose tasks the group sees: an owner's id, or "all".
        self._groups: dict[int | str, dict[ByFilter, Group]] = {}

    def join(self, viewer: Viewer) -> None:
        """Know whose connection this is."""
        self._by_person.setdefault(viewer.rights.user.pk, set()).add(viewer)

    def leave(self, viewer: Viewer) -> None:
        """Take back what `join` did."""
        person = viewer.rights.user.pk
        self._by_person[person].discard(viewer)
        if not self._by_person[person]:
            del self._by_person[person]

    def of_person(self, user_id: int | None) -> Iterable[Viewer]:
        """Return the connections of a user."""
        return self._by_person.get(user_id, ())

    def add(self, viewer: Viewer, asked: Subscription) -> None:
        """Let `viewer` hear of what was asked for."""
        if isinstance(asked, ById):
            for pk in asked.ids:
                _count(self._by_task.setdefault(pk, {}), viewer, 1)
        else:
            groups = self._groups.setdefault(sight(viewer), {})
            group = groups.setdefault(asked, Group(asked))
            _count(group.viewers, viewer, 1)

    def remove(self, viewer: Viewer, asked: Subscription) -> None:
        """Take back what `add` did."""
        if isinstance(asked, ById):
            for pk in asked.ids:
                _uncount(self._by_task, pk, viewer)
            return
        groups = self._groups.get(sight(viewer), {})
        group = groups.get(asked)
        if group is None:
            return
        _count(group.viewers, viewer, -1)
        if not group.viewers:
            del groups[asked]

    def remember(
        self, viewer: Viewer, asked: Subscription, versions: Mapping[str, int]
    ) -> None:
        """Note which tasks a snapshot showed, to tell when they stop matching."""
        if isinstance(asked, ById):
            return
        group = self._groups.get(sight(viewer), {}).get(asked)
        if group is not None:
            group.remember(versions)

    def of(self, news: News) -> Iterator[tuple[Viewer, bool]]:
        """Yield who is concerned, each once, and whether the task left their sight."""
        watchers: dict[Viewer, bool] = {}
        for sight in ("all", news.owner_id):
            for group in self._groups.get(sight, {}).values():  # type: ignore[arg-type]
                left = group.left(news.task)
                if left is not None:
                    for viewer in group.viewers:
                        watchers[viewer] = left and watchers.get(viewer, True)
        for viewer in self._by_task.get(news.id, ()):
            watchers[viewer] = False
        yield from watchers.items()

    def of_removed(self, pk: str) -> set[Viewer]:
        """Return who was shown the task."""
        viewers = set(self._by_task.get(pk, ()))
        for groups in self._groups.values():
            for group in groups.values():
                if pk in group.matched:
                    del group.matched[pk]
                    viewers.update(group.viewers)
        return viewers


def sight(viewer: Viewer) -> int | str:
    """Return whose tasks the viewer sees: the id of a user, or all."""
    return "all" if viewer.rights.sees_all else viewer.rights.user.pk


def _count(counts: dict[Viewer, int], viewer: Viewer, by: int) -> None:
    counts[viewer] = counts.get(viewer, 0) + by
    if counts[viewer] <= 0:
        del counts[viewer]


def _uncount(index: dict[str, dict[Viewer, int]], pk: str, viewer: Viewer) -> None:
    counts = index.get(pk)
    if counts is None or viewer not in counts:
        return
    _count(counts, viewer, -1)
    if not counts:
        del index[pk]
