"""What is told of all tasks, of what they can do, and of the API itself."""

from __future__ import annotations

from typing import Any, Final

from tasks_app.api.schema import figures, shapes
from tasks_app.models.overview import RANGES, USUAL
from tasks_app.statuses import Status

from .call import Answer, Call, header, narrowing, query, several

TAGS: Final = {
    "Feeds": "Follow everything that happens.",
    "About": "What this installation can do.",
}
TEXT: Final = {"type": "string"}
PLACE: Final = {"type": "string", "pattern": r"^[0-9a-f]{32}\.\d{1,18}\.\d{1,18}$"}
COMMAS: Final[dict[str, Any]] = {"style": "form", "explode": False}

CALLS: Final = (
    Call(
        "GET /api/v1/events/",
        "follow_events",
        "Follow the history of all tasks",
        {200: Answer("At most 500 events.", shapes.FeedShape)},
        tag="Feeds",
        text="In the order in which it was settled; begin without a cursor.",
        query=(narrowing("after", PLACE, "The `cursor` of the answer before."),),
    ),
    Call(
        "GET /api/v1/stream/",
        "stream_updates",
        "Stream updates as Server-Sent Events",
        {
            200: Answer(
                "The messages of the socket, for as long as you listen.",
                {"title": "A message"},
                media="text/event-stream",
            )
        },
        tag="Feeds",
        text="Ask for `tasks`, or for a filter. Each event's `data` is a message of the"
        " socket as JSON, its `id` the place to come back to.",
        query=(
            query(
                "tasks",
                several({"type": "string", "format": "uuid"}),
                "Ids of tasks.",
                **COMMAS,
            ),
            query("status", several({"enum": Status.values}), "Filter.", **COMMAS),
            query("operation", several(TEXT), "Filter.", **COMMAS),
            query("owner", TEXT, "A user name; `me` is who asks."),
            query("search", TEXT, "Looks in title, file name, message, error and id."),
            query("counts", {"enum": ["0", "1"]}, "1: tell how many match, too."),
            query("after", TEXT, "The place to go on from."),
            header("Last-Event-ID", TEXT, "The same; browsers send it by themselves."),
        ),
        problems=(429,),
        outside=True,
    ),
    Call(
        "GET /api/v1/operations/",
        "list_operations",
        "List operations",
        {200: Answer("What you may submit.", shapes.OperationShape(many=True))},
        tag="About",
    ),
    Call(
        "GET /api/v1/statistics/",
        "read_statistics",
        "Read how it goes",
        {200: Answer("What happened in the range.", figures.StatisticsShape)},
        tag="About",
        text="For staff who may see all tasks. Durations are at most 10 % off; what"
        " happened is counted some seconds later, and kept when its tasks are deleted.",
        query=(
            query("range", {"enum": list(RANGES), "default": USUAL}, "How long."),
            narrowing("operation", {**TEXT, "maxLength": 100}, "One operation."),
        ),
        problems=(403,),
    ),
    Call(
        "GET /api/v1/schema/",
        "read_schema",
        "Read this document",
        {200: Answer("OpenAPI 3.1.", {"type": "object"})},
        tag="About",
    ),
)
