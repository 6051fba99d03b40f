"""The operations this installation knows, by name."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks_app.errors import InvalidInputError

from .schema import prepare

if TYPE_CHECKING:
    from tasks_app.models import Upload

    from .context import Context

Function = Callable[["Context"], dict[str, Any] | None]
UploadCheck = Callable[["Upload"], None]
NO_PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {},
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how soon a failed attempt is followed by the next."""

    max_attempts: int = 3
    base_seconds: float = 2.0
    cap_seconds: float = 300.0

    def delay(self, failures: int) -> float:
        """Return seconds until the next attempt: exponential, full jitter, capped.

        Full jitter spreads tasks that failed together over the whole span.
        """
        top = min(self.cap_seconds, self.base_seconds * 2.0 ** min(failures - 1, 30))
        return random.uniform(0, top)  # noqa: S311  no secret hangs on it


@dataclass(frozen=True, slots=True)
class Operation:
    """What `@operation` was told, and the function it decorates."""

    name: str
    title: str
    function: Function
    description: str = ""
    params: dict[str, Any] = field(default_factory=lambda: NO_PARAMS)
    accepts: tuple[str, ...] = ()
    retry: Retry = field(default_factory=Retry)
    time_limit: timedelta = timedelta(minutes=20)
    queue: str = "default"
    check_upload: UploadCheck | None = None


_operations: dict[str, Operation] = {}


def operation(
    name: str,
    *,
    title: str,
    description: str = "",
    params: dict[str, Any] | None = None,
    accepts: tuple[str, ...] = (),
    retry: Retry | None = None,
    time_limit: timedelta = timedelta(minutes=20),
    queue: str = "default",
    check_upload: UploadCheck | None = None,
) -> Callable[[Function], Function]:
    """Register the decorated function as the operation `name`.

    `params` is a JSON Schema of type object; parameters are checked against it before a
    task is accepted. `accepts` lists the endings of files it takes, such as `.csv`; an
    operation that accepts files needs one. `check_upload` may refuse a file with
    InvalidInputError. Raises ValueError when the name is taken or the schema is wrong.
    """

    def register(function: Function) -> Function:
        if name in _operations:
            raise ValueError(f"The operation {name!r} is registered twice.")
        _operations[name] = Operation(
            name=name,
            title=title,
            function=function,
            description=description,
            params=prepare(params or NO_PARAMS),
            accepts=accepts,
            retry=retry or Retry(),
            time_limit=time_limit,
            queue=queue,
            check_upload=check_upload,
        )
        return function

    return register


def find(name: str) -> Operation:
    """Return the operation `name`; raises InvalidInputError when there is none."""
    try:
        return _operations[name]
    except (KeyError, TypeError):
        known = ", ".join(sorted(_operations)) or "none"
        raise InvalidInputError(
            {"operation": [f"There is no operation “{name}”. Known are: {known}."]}
        ) from None


def every() -> list[Operation]:
    """Return all operations, by name."""
    return [_operations[name] for name in sorted(_operations)]
