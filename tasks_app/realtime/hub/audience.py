"""Who watches what, so that a change touches only those it concerns."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.realtime.delivery.cohort import Cohort
from tasks_app.realtime.subscriptions import ByFilter, ById, Subscription

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tasks_app.events import Removed
    from tasks_app.realtime.delivery.news import News
    from tasks_app.realtime.delivery.viewer import Viewer
    from tasks_app.realtime.rights import Rights

MOST_SHOWN: Final = 20_000  # tasks of answers that a group remembers


@dataclass
class Group:
    """The viewers with the same filter and the same sight, judged once for all."""

    filter: ByFilter
    viewers: dict[Viewer, int] = field(default_factory=dict)
    # The newest version that an answer showed of each task, ahead of the news perhaps.
    shown: OrderedDict[str, int] = field(default_factory=OrderedDict)
    cohort: Cohort = field(init=False)

    def __post_init__(self) -> None:
        self.cohort = Cohort(self.viewers)

    @property
    def watchers(self) -> Iterator[Viewer | Cohort]:
        """Whom to tell: the cohort, and each viewer that is not in step with it."""
        yield from self.viewers
        if self.cohort.viewers:
            yield self.cohort

    def left(self, news: News) -> bool | None:
        """Whether the task stopped matching; None when nobody can have shown it."""
        if self.filter.matches(news.task):
            return False
        return True if self._had(news.id, news.version, news.before) else None

    def had(self, pk: str, last: Mapping[str, Any] | None) -> bool:
        """Whether somebody may show a task that is gone, last told of as `last`."""
        return last is None or self.filter.matches(last) or pk in self.shown

    def remember(self, versions: Mapping[str, int]) -> None:
        """Note that these were shown."""
        for pk, version in versions.items():
            self.shown[pk] = max(version, self.shown.get(pk, 0))
            self.shown.move_to_end(pk)
        while len(self.shown) > MOST_SHOWN:
            self.shown.popitem(last=False)

    def _had(self, pk: str, version: int, before: Mapping[str, Any] | None) -> bool:
        # News can be older than what an answer showed: then it is still to leave.
        answered = self.shown.get(pk)
        if answered is not None and answered <= version:
            del self.shown[pk]
        if before is None:  # long ago, or never: what is new nobody can have shown
            return version > 1
        return answered is not None or self.filter.matches(before)


class Audience:
    """The index of subscriptions: by task, and by filter and sight."""

    def __init__(self) -> None:
        self._by_task: dict[str, dict[Viewer, int]] = {}
        self._by_person: dict[int | None, set[Viewer]] = {}
        # The first key is whose tasks the group sees: an owner's id, or "all".
        self._groups: dict[int | str, dict[ByFilter, Group]] = {}

    def join(self, viewer: Viewer) -> Rights:
        """Know whose connection this is; return rights to share with their others."""
        same = self._by_person.setdefault(viewer.rights.user.pk, set())
        rights = next((other.rights for other in same), viewer.rights)
        same.add(viewer)
        return rights if rights == viewer.rights else viewer.rights

    def leave(self, viewer: Viewer) -> None:
        """Take back what `join` did."""
        person = viewer.rights.user.pk
        self._by_person[person].discard(viewer)
        if not self._by_person[person]:
            del self._by_person[person]

    def of_person(self, user_id: int | None) -> Collection[Viewer]:
        """Return the connections of a user."""
        return self._by_person.get(user_id, ())

    def add(self, viewer: Viewer, asked: Subscription) -> None:
        """Let `viewer` hear of what was asked for."""
        if viewer.cohort is not None:
            viewer.cohort.part(viewer)
        if isinstance(asked, ById):
            for pk in asked.ids:
                _count(self._by_task.setdefault(pk, {}), viewer, 1)
        else:
            groups = self._groups.setdefault(viewer.sight, {})
            group = groups.setdefault(asked, Group(asked))
            _count(group.viewers, viewer, 1)

    def remove(self, viewer: Viewer, asked: Subscription) -> None:
        """Take back what `add` did."""
        if viewer.cohort is not None:
            viewer.cohort.part(viewer)
        if isinstance(asked, ById):
            for pk in asked.ids:
                _uncount(self._by_task, pk, viewer)
            return
        groups = self._groups.get(viewer.sight, {})
        group = groups.get(asked)
        if group is None:
            return
        _count(group.viewers, viewer, -1)
        if not group.viewers and not group.cohort.viewers:
            del groups[asked]

    def forget(self) -> None:
        """What was shown and what waits is of another database."""
        for groups in self._groups.values():
            for group in groups.values():
                group.shown.clear()
                group.cohort.forget()

    def settle(self, viewer: Viewer) -> None:
        """Let a viewer share with those who are shown the same."""
        (asked,) = viewer.subscriptions.values()
        if isinstance(asked, ByFilter):
            self._groups[viewer.sight][asked].cohort.enter(viewer)

    def remember(
        self, viewer: Viewer, asked: Subscription, versions: Mapping[str, int]
    ) -> None:
        """Note which tasks a snapshot showed, to tell when they stop matching."""
        if isinstance(asked, ById):
            return
        group = self._groups.get(viewer.sight, {}).get(asked)
        if group is not None:
            group.remember(versions)

    def of(self, news: News) -> Iterator[tuple[Viewer | Cohort, bool]]:
        """Yield who is concerned, each once, and whether the task left their sight."""
        watchers: dict[Viewer | Cohort, bool] = {}
        for sight in ("all", news.owner_id):
            for group in self._groups.get(sight, {}).values():  # type: ignore[arg-type]
                left = group.left(news)
                if left is not None:
                    for watcher in group.watchers:
                        watchers[watcher] = left and watchers.get(watcher, True)
        for viewer in self._by_task.get(news.id, ()):
            watchers[viewer] = False
        yield from watchers.items()

    def of_removed(
        self, gone: Removed, last: Mapping[str, Any] | None
    ) -> set[Viewer | Cohort]:
        """Return who may show the task, which was last told of as `last`."""
        watchers: set[Viewer | Cohort] = set(self._by_task.get(gone["id"], ()))
        for sight in ("all", gone["owner_id"]):
            for group in self._groups.get(sight, {}).values():  # type: ignore[arg-type]
                if group.had(gone["id"], last):
                    watchers.update(group.watchers)
        return watchers


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
