"""The feed of everything that happened, over REST."""

from __future__ import annotations

from typing import Final

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.models import TaskEvent
from tasks_app.models.feed import DIGITS, Cursor, settled
from tasks_app.models.wire import event_wire

from .parameters import StrictView, takes

PAGE: Final = 500  # events in one answer


class EventsView(StrictView):
    """Lets a system of others follow all history with one cursor."""

    @takes("after")
    def get(self, request: Request) -> Response:
        """Events the caller may see, in settled order, after `?after=CURSOR`.

        Ask again with the `cursor` of the answer; `more` says that more wait. `reset`
        says that the cursor means nothing any more, and the feed begins anew.
        """
        place = settled()
        epoch, position, last = _place(request.query_params.get("after", ""))
        reset = bool(epoch) and epoch != place.epoch
        if reset:
            position, last = 0, 0
        visible = TaskEvent.objects.visible_to(request.user)
        events = list(
            visible.between(position, last, before=place.position)[: PAGE + 1]
        )
        page = events[:PAGE]
        if page:
            position, last = page[-1].feed_position, page[-1].pk
        return Response(
            {
                "events": [
                    {"task": str(e.task_id), **event_wire(e, request.user)}
                    for e in page
                ],
                "cursor": f"{place.epoch}.{position}.{last}",
                "more": len(events) > PAGE,
                "reset": reset,
            }
        )


def _place(text: str) -> tuple[str, int, int]:
    """Return epoch, position and event id of a cursor; raises ValidationError."""
    if not text:
        return "", 0, 0
    head, _, last = text.rpartition(".")
    try:
        cursor = Cursor.parse(head)
        if not last.isascii() or not last.isdecimal() or len(last) > DIGITS:
            raise ValueError
    except ValueError:
        sentence = "This is not a cursor of this feed."
        raise ValidationError({"after": [sentence]}) from None
    return cursor.epoch, cursor.position, int(last)
