"""The call on which a task is told what it asked for."""

from __future__ import annotations

from typing import Final

from tasks_app.api.schema import shapes
from tasks_app.api.serializers import AnswerSerializer

from .call import JSON, KEY, Answer, Call
from .tasks import ON_ONE, ONE

TAGS: Final[dict[str, str]] = {}
CALLS: Final = (
    Call(
        f"POST {ONE}answer/",
        "answer_task",
        "Answer what a task asked",
        {200: Answer("The task as it is now.", shapes.TaskShape, links=ON_ONE)},
        tag="Tasks",
        text="A task with a `question` is paused until one of its choices is made.",
        query=(KEY,),
        body={JSON: AnswerSerializer},
        problems=(409, 422),
    ),
)
