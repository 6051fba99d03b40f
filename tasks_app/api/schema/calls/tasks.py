"""The calls of `tasks/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tasks_app.api.filters import LONGEST
from tasks_app.api.pagination import LARGEST
from tasks_app.api.schema import shapes
from tasks_app.api.serializers import LARGEST as MOST
from tasks_app.api.serializers import RetrySerializer, SteeringSerializer
from tasks_app.events import Source
from tasks_app.models.paging import ORDERINGS
from tasks_app.statuses import Status

from .call import JSON, KEY, Answer, Call, header, narrowing, query, several
from .submission import as_batch, as_bulk, as_form, as_json

TAGS: Final = {"Tasks": "Submit, follow and steer tasks."}
ROOT: Final = "/api/v1/tasks/"
ONE: Final = f"{ROOT}{{id}}/"
ON_ONE: Final = (
    "read_task",
    "list_task_events",
    "cancel_task",
    "pause_task",
    "resume_task",
    "retry_task",
    "delete_task",
    "keep_task",
    "unkeep_task",
    "claim_task",
    "read_task_status",
    "read_order",
)
NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": MOST}
COUNT: Final = {"type": "integer", "minimum": 0}
MOMENT: Final = {"type": "string", "format": "date-time"}
TEXT: Final = {"type": "string"}
UUID: Final = {"type": "string", "format": "uuid"}
KNOWN_TAG: Final = header(
    "If-None-Match", TEXT, "The `ETag` of the task as you have it; 304 if it is so."
)
FILTERS: Final = (
    narrowing(
        "status",
        several({"enum": Status.values}),
        "One status, or several with commas between.",
        style="form",
        explode=False,
    ),
    narrowing(
        "operation",
        several(TEXT),
        "The name of an operation, or several with commas between.",
        style="form",
        explode=False,
    ),
    narrowing("owner", TEXT, "A user name; `me` is who asks."),
    narrowing("source", {"enum": Source.values}, "Where the tasks came from."),
    narrowing("queue", TEXT, "The name of a queue."),
    narrowing(
        "priority",
        {"type": "integer", "minimum": 0, "maximum": 9},
        "From 0 (can wait) to 9 (most urgent).",
    ),
    narrowing("batch", UUID, "The tasks that were submitted together."),
    narrowing(
        "claimable",
        {"enum": ["1"]},
        "What waits for reporters, most urgent first; no pages, since claims move it.",
    ),
    narrowing(
        "search",
        {"type": "string", "maxLength": LONGEST},
        "Looks in title, file name, message, error and id.",
    ),
    narrowing(
        "error_group",
        {"type": "string", "maxLength": LONGEST},
        "Failed with one error: the `id` of a group of the statistics.",
    ),
    narrowing("created_after", MOMENT, "Created at this time or later."),
    narrowing("created_before", MOMENT, "Created before."),
    narrowing("finished_after", MOMENT, "Finished at this time or later."),
    narrowing("finished_before", MOMENT, "Finished before."),
)
ORDERING: Final = narrowing(
    "ordering",
    {"enum": ORDERINGS},
    "What comes first; `-created_at` else.",
)
PAGES: Final = (
    ORDERING,
    narrowing(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": LARGEST},
        "Tasks in one answer; 50 else.",
    ),
    narrowing("cursor", TEXT, "A place in the list. Follow `next` instead."),
)


def made(text: str) -> Answer:
    """Return the answer that has a new task."""
    return Answer(text, shapes.TaskShape, headers=("Location",), links=ON_ONE)


def steering(
    verb: str, summary: str, text: str, *, also: Mapping[int, Answer] | None = None
) -> Call:
    """Return the call of one action."""
    now = Answer("The task as it is now.", shapes.TaskShape, links=ON_ONE)
    body = RetrySerializer if verb == "retry" else SteeringSerializer
    return Call(
        f"POST {ONE}{verb}/",
        f"{verb}_task",
        summary,
        {200: now, **(also or {})},
        tag="Tasks",
        text=text,
        query=(KEY,),
        body={JSON: body},
        problems=(409, 422),
    )


CALLS: Final = (
    Call(
        f"GET {ROOT}",
        "list_tasks",
        "List tasks",
        {200: Answer("A page of tasks.", shapes.TaskListShape)},
        tag="Tasks",
        text="All that you may see, newest first. Follow `next`: a page costs the same"
        " at any depth, and none is told twice or left out while others come and go.",
        query=(*FILTERS, *PAGES),
        problems=(403,),
    ),
    Call(
        f"POST {ROOT}",
        "submit_task",
        "Submit a task",
        {201: made("The task, which waits for a worker.")},
        tag="Tasks",
        text="What is asked for is checked before anything is stored.",
        query=(KEY,),
        body={JSON: as_json, "multipart/form-data": as_form},
        problems=(422,),
    ),
    Call(
        f"GET {ONE}",
        "read_task",
        "Read a task, or wait for it to change",
        {
            200: Answer(
                "The task.", shapes.ReadTaskShape, headers=("ETag",), links=ON_ONE
            ),
            304: Answer("It is as you have it.", headers=("ETag",)),
        },
        tag="Tasks",
        text="With `wait` the answer comes as soon as the version is newer than"
        " `version`, the task is gone, or the seconds have passed.",
        query=(
            query("wait", {"type": "integer", "minimum": 0, "maximum": 60}, "Seconds."),
            query("version", NUMBER, "The version you have; else as it is now."),
            KNOWN_TAG,
        ),
    ),
    Call(
        f"DELETE {ONE}",
        "delete_task",
        "Delete a task",
        {204: Answer("It is gone, with its history and files.")},
        tag="Tasks",
        text="Final tasks only.",
        body={JSON: SteeringSerializer},
        problems=(409,),
    ),
    steering("cancel", "Cancel a task", "Calls it off for good."),
    steering("pause", "Pause a task", "Holds it at its next checkpoint."),
    steering("resume", "Resume a task", "Lets a paused task go on."),
    steering(
        "retry",
        "Retry a task",
        "Puts an ended task back to work. With `params` the task stays as it is,"
        " and a new one begins, for the same owner and with the same file; its"
        " `retry_of` names this one. That is for who may see the parameters.",
        also={201: made("The new task, with your `params`.")},
    ),
    Call(
        f"GET {ONE}events/",
        "list_task_events",
        "Read the history of a task",
        {200: Answer("Events, oldest first.", shapes.EventShape(many=True))},
        tag="Tasks",
        query=(query("after", COUNT, "Only what came after this version."),),
    ),
    Call(
        f"GET {ONE}artifacts/{{number}}/",
        "download_artifact",
        "Download a file that a task produced",
        {
            200: Answer(
                "The file, of the content type that the task says.",
                {"title": "The file"},
                media="*/*",
                headers=("Content-Disposition",),
            )
        },
        tag="Tasks",
    ),
    Call(
        f"POST {ROOT}bulk/",
        "act_on_tasks",
        "Act on many tasks",
        {
            200: Answer("An outcome for each of the `ids`.", shapes.OutcomesShape),
            202: Answer(
                "The task that acts on all that match the `filter`.",
                shapes.TaskShape,
                links=ON_ONE,
            ),
        },
        tag="Tasks",
        query=(KEY,),
        body={JSON: as_bulk},
        problems=(422,),
    ),
    Call(
        f"POST {ROOT}batch/",
        "submit_tasks",
        "Submit many tasks, all or none",
        {201: Answer("Their ids, in the order of the list.", shapes.BatchShape)},
        tag="Tasks",
        query=(KEY,),
        body={JSON: as_batch},
        problems=(422,),
    ),
    Call(
        f"GET {ROOT}summary/",
        "count_tasks",
        "Count tasks",
        {200: Answer("Counts of all that you may see.", shapes.SummaryShape)},
        tag="Tasks",
    ),
)
