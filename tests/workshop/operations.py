"""Operations for the tests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks_app.errors import OperationError
from tasks_app.operations.registry import Retry, external_operation, operation

if TYPE_CHECKING:
    from tasks_app.operations.context import Context


def parameters(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


SECONDS = {"type": "number", "default": 60, "minimum": 0}
ANY_PATH = {"type": "string", "default": ""}


external_operation(
    "workshop.outside",
    title="Outside",
    params=parameters(text={"type": "string", "default": ""}),
    retry=Retry(max_attempts=2, base_seconds=0.1, cap_seconds=0.2),
)


@operation("workshop.echo", title="Echo", params=parameters(text={"type": "string"}))
def echo(context: Context) -> dict[str, Any]:
    """Answer with its parameters."""
    return dict(context.params)


@operation(
    "workshop.everything",
    title="Everything",
    description="Answers with its parameters, of which there is one of each kind.",
    params={
        **parameters(
            name={"type": "string", "minLength": 2, "maxLength": 20},
            story={"type": "string", "maxLength": 5000, "default": ""},
            size={"enum": ["small", "large"], "default": "small"},
            level={"enum": [1, 2, None], "title": "How far"},
            count={"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
            share={"type": ["number", "null"], "minimum": 0},
            dry={"type": "boolean", "default": True},
            since={"type": "string", "format": "date-time"},
            day={"type": "string", "format": "date"},
            tags={"type": "array", "items": {"type": "string", "maxLength": 5}},
            pages={"type": "array", "items": {"type": "integer"}},
            rules={
                "type": "object",
                "properties": {"deep": {"type": "boolean"}},
                "additionalProperties": False,
            },
            kinds={
                "type": "array",
                "items": {"enum": ["first_one", "other"]},
                "uniqueItems": True,
                "maxItems": 1,
            },
            around={
                "type": "object",
                "title": "What is around it",
                "properties": {
                    "words": {"type": "array", "items": {"type": "string"}},
                    "from": {"type": "string", "format": "date"},
                },
                "additionalProperties": False,
                "default": {},
            },
            rows={"type": "array", "items": {"type": "object"}, "maxItems": 2},
        ),
        "required": ["name"],
    },
)
def everything(context: Context) -> dict[str, Any]:
    """Answer with its parameters."""
    return dict(context.params)


@operation(
    "workshop.explode",
    title="Explode",
    params=parameters(message={"type": "string", "default": "boom"}),
    retry=Retry(max_attempts=1),
)
def explode(context: Context) -> None:
    """Raise what no user should read."""
    raise RuntimeError(context.params["message"])


@operation(
    "workshop.refuse",
    title="Refuse",
    params=parameters(message={"type": "string", "default": "The till is closed."}),
)
def refuse(context: Context) -> None:
    """Fail for good, with a sentence."""
    raise OperationError(context.params["message"], code="till_closed")


@operation(
    "workshop.flaky",
    title="Flaky",
    params=parameters(failures={"type": "integer", "default": 1}),
    retry=Retry(max_attempts=3, base_seconds=0.1, cap_seconds=0.2),
)
def flaky(context: Context) -> dict[str, Any]:
    """Fail some times, then succeed."""
    if context.task.attempt <= context.params["failures"]:
        raise OperationError("The line is busy.", retry=True)
    return {"attempt": context.task.attempt}


@operation("workshop.slow", title="Slow", params=parameters(seconds=SECONDS))
def slow(context: Context) -> dict[str, Any]:
    """Take its time, with a checkpoint every 50 ms."""
    end = time.monotonic() + context.params["seconds"]
    while time.monotonic() < end:
        context.checkpoint()
        time.sleep(0.05)
    return {"attempt": context.task.attempt}


@operation(
    "workshop.stubborn",
    title="Stubborn",
    params=parameters(seconds=SECONDS, mark=ANY_PATH),
)
def stubborn(context: Context) -> dict[str, Any]:
    """Compute without a checkpoint; leave a mark when it began."""
    leave_mark(context)
    end = time.monotonic() + context.params["seconds"]
    while time.monotonic() < end:
        time.sleep(0.05)
    return {"attempt": context.task.attempt}


@operation(
    "workshop.overlong",
    title="Overlong",
    params=parameters(seconds=SECONDS),
    time_limit=timedelta(seconds=1),
)
def overlong(context: Context) -> None:
    """Run past its time limit without a checkpoint."""
    time.sleep(context.params["seconds"])


@operation(
    "workshop.count",
    title="Count",
    params=parameters(
        to={"type": "integer", "default": 10},
        pause={"type": "number", "default": 0.05},
        mark=ANY_PATH,
    ),
)
def count(context: Context) -> dict[str, Any]:
    """Count, saving where it is; the mark has a line per number, `attempt number`.

    The last number waits while a file lies beside the mark, called like it and `.hold`.
    """
    began, mark = context.position or 0, context.params["mark"]
    for number in range(began + 1, context.params["to"] + 1):
        while mark and number == context.params["to"] and Path(f"{mark}.hold").exists():
            context.checkpoint()
            time.sleep(0.05)
        if mark:
            with Path(mark).open("a") as file:
                file.write(f"{context.task.attempt} {number}\n")
        context.save(number)
        context.progress(number, context.params["to"])
        time.sleep(context.params["pause"])
    return {"began": began, "attempt": context.task.attempt}


@operation("workshop.die", title="Die", params=parameters(mark=ANY_PATH))
def die(context: Context) -> None:
    """Kill its own process, every time."""
    leave_mark(context)
    os.kill(os.getpid(), signal.SIGKILL)


@operation(
    "workshop.report",
    title="Report",
    params=parameters(errors={"type": "integer", "default": 0}),
)
def report(context: Context) -> dict[str, Any]:
    """Take steps, note errors and leave a file."""
    context.step("extracting", rows=3)
    for row in range(context.params["errors"]):
        context.error("Not a number.", row=row + 1)
    with context.artifact("report.txt", content_type="text/plain") as path:
        path.write_text("three rows\n")
    context.progress(3, 3, "Read 3 rows.")
    return {"rows": 3}


def leave_mark(context: Context) -> None:
    """Write a line with the attempt to the file of the parameter `mark`."""
    if context.params["mark"]:
        with Path(context.params["mark"]).open("a") as file:
            file.write(f"{context.task.attempt} {os.getpid()}\n")


@operation("workshop.read", title="Read", accepts=(".csv", ".txt"))
def read(context: Context) -> dict[str, Any]:
    """Tell how large its file is."""
    assert context.upload is not None
    return {"size": len(context.upload.path.read_bytes())}


@operation("workshop.gate", title="Gate", params=parameters(gate=ANY_PATH))
def gate(context: Context) -> dict[str, Any]:
    """The first attempt hangs without a checkpoint until the file `gate` is there.

    Then it writes whatever it can, as if nothing had happened.
    """
    late = context.task.attempt == 1
    while late and not Path(context.params["gate"]).exists():
        time.sleep(0.05)
    insist(lambda: context.step("late"))
    insist(lambda: context.save("late"))
    insist(lambda: context.progress(1, 1, "late"))
    if late:
        insist(lambda: context.error("late"))
    with suppress(BaseException), context.artifact("out.txt") as path:
        path.write_text(f"attempt {context.task.attempt}")
    return {"attempt": context.task.attempt}


def insist(write: Callable[[], None]) -> None:
    """Go on whatever `write` raises."""
    with suppress(BaseException):
        write()
