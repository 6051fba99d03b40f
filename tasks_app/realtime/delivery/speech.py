"""How news is put in words. Each protocol has a way of its own; the rest is shared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from . import notices

if TYPE_CHECKING:
    from .cohort import Batch
    from .news import News
    from .viewer import Viewer


class Speech(Protocol):
    """Words for what waits for a viewer: texts to be sent in this order."""

    def updates(self, viewer: Viewer, waiting: Batch) -> Iterator[str]:
        """Yield the texts for changed tasks."""

    def removals(
        self, viewer: Viewer, removed: set[str], *, last: bool
    ) -> Iterator[str]:
        """Yield the texts for deleted tasks; `last` when no updates follow."""

    def notes(self, viewer: Viewer, ended: list[News]) -> Iterator[str]:
        """Yield the texts for tasks of the viewer's own that ended."""

    def message(self, kind: str, fields: dict[str, Any]) -> str:
        """Return any other message; empty where the protocol has no word for it."""


class Sightline:
    """The product's own protocol, for sockets and event streams."""

    def updates(self, viewer: Viewer, waiting: Batch) -> Iterator[str]:
        """One frame with the newest of each task; it is the one to acknowledge."""
        viewer.line.credit.frame += 1
        yield (
            f'{{"type":"update","cursor":"{viewer.place}","frame":{viewer.line.credit.frame},'
            f'"tasks":[{waiting.text(viewer)}]}}'
        )

    def removals(
        self, viewer: Viewer, removed: set[str], *, last: bool
    ) -> Iterator[str]:
        """One message with the ids; its place only when no updates follow."""
        place = {"cursor": viewer.place} if last else {}
        yield self.message("removed", {**place, "ids": sorted(removed)})

    def notes(self, viewer: Viewer, ended: list[News]) -> Iterator[str]:
        """A sentence for each; one for all when there are many."""
        for note in notices.about([news.task for news in ended]):
            yield self.message("notification", note)

    def message(self, kind: str, fields: dict[str, Any]) -> str:
        """The fields beside the type, the place first: streams look for it there."""
        place = {"cursor": fields["cursor"]} if "cursor" in fields else {}
        whole = {"type": kind, **place, **fields}
        return json.dumps(whole, separators=(",", ":"))
