"""What every protocol does: watch something, and be told what it is like first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tasks_app import metrics
from tasks_app.models.feed import Cursor
from tasks_app.realtime.subscriptions import BadMessageError, Subscription
from tasks_app.realtime.threads import in_thread

from . import catchup
from .hub import hub

if TYPE_CHECKING:
    from tasks_app.realtime.delivery.viewer import Viewer

MOST_SUBSCRIPTIONS: Final = 50


async def watch(
    viewer: Viewer, ref: str, asked: Subscription, *, after: After | None
) -> None:
    """Watch and tell what there is, or with `after` what changed since.

    Raises BadMessageError when the viewer watches too much already.
    """
    more = ref not in viewer.subscriptions
    if more and len(viewer.subscriptions) >= MOST_SUBSCRIPTIONS:
        raise BadMessageError(
            f"At most {MOST_SUBSCRIPTIONS} subscriptions; end one first."
        )
    await viewer.line.sent()  # answers are large: one at a time
    # First watch, then read: a change in between comes twice rather than never.
    hub().subscribe(viewer, ref, asked)
    viewer.unanswered += 1
    try:
        if after is None:
            await _snapshot(viewer, ref, asked)
        else:
            await _replay(viewer, ref, asked, after)
    finally:
        viewer.unanswered -= 1


async def look(viewer: Viewer, asked: Subscription) -> catchup.Seen:
    """Return what `asked` shows the viewer now.

    Tell it, and then the hub with `showed`: what is newer may have been told before.
    """
    await hub().reach()  # what commits before its first look nobody would tell
    while True:
        rights = viewer.rights
        seen = await in_thread(catchup.snapshot, asked, viewer)
        if viewer.rights is rights:  # else it shows what may be seen no more
            return seen


async def _snapshot(viewer: Viewer, ref: str, asked: Subscription) -> None:
    seen = await look(viewer, asked)
    _tell(viewer, "snapshot", ref, tasks=seen.tasks, missing=seen.gone, at=seen.place)
    hub().showed(viewer, asked, seen.versions)


async def _replay(viewer: Viewer, ref: str, asked: Subscription, after: After) -> None:
    found = None
    if after.sight == str(viewer.sight):
        rights = viewer.rights
        await hub().reach(after.place)
        found = await in_thread(catchup.replay, asked, viewer, after.place)
        found = found if viewer.rights is rights else None
    metrics.REPLAYS.labels("true" if found else "false").inc()
    if found is None:
        viewer.line.say(
            "replay", subscription=ref, recovered=False, tasks=[], cursor=""
        )
        return
    more = {"tasks": found.tasks, "removed": found.gone, "at": found.place}
    _tell(viewer, "replay", ref, recovered=True, **more)
    hub().showed(viewer, asked, found.versions)


def _tell(viewer: Viewer, kind: str, ref: str, *, at: Any, **fields: Any) -> None:
    # The place of this answer may be ahead of what the other subscriptions were told.
    place = viewer.told if len(viewer.subscriptions) > 1 else viewer.at(str(at))
    viewer.line.say(kind, subscription=ref, cursor=place, **fields)


@dataclass(frozen=True, slots=True)
class After:
    """Where a client was, and whose tasks it saw there."""

    place: Cursor
    sight: str


def cursor(text: Any) -> After | None:
    """Return the place a client was at, None without one; raises BadMessageError."""
    if text is None or text == "":
        return None
    try:
        place, _, sight = text.rpartition(".")
        return After(Cursor.parse(place), sight)
    except (ValueError, AttributeError):
        text = "“after” is not a cursor of this server."
        raise BadMessageError(text, "after") from None
