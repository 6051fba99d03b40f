"""The operations this installation knows, by name."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks_app.conf import setting
from tasks_app.errors import InvalidInputError, OperationError

from .schema import prepare

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from tasks_app.models import Task, Upload

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
    function: Function | None  # None: external, a reporter does the work
    description: str = ""
    params: dict[str, Any] = field(default_factory=lambda: NO_PARAMS)
    accepts: tuple[str, ...] = ()
    retry: Retry = field(default_factory=Retry)
    time_limit: timedelta = timedelta(minutes=20)
    queue: str = "default"
    check_upload: UploadCheck | None = None
    permission: str = ""
    acts_for_owner: bool = False  # with their rights: nobody else lets it run again
    aliases: tuple[str, ...] = ()  # names others know it by; tasks have the real one

    @property
    def is_external(self) -> bool:
        """Whether reporters outside do the work, and no worker of ours."""
        return self.function is None

    def run(self, context: Context) -> dict[str, Any] | None:
        """Return what the function answers; raises OperationError without one."""
        if self.function is None:  # it became external after the task was queued
            raise OperationError(f"“{self.title}” is not done by workers any more.")
        return self.function(context)

    def failures(self, task: Task) -> int:
        """Return how many attempts have failed when the present one of `task` does.

        Pauses and crashes raised `max_attempts` with them, so they do not count.
        """
        return max(1, self.retry.max_attempts - (task.max_attempts - task.attempt))

    def open_to(self, user: User | AnonymousUser | None) -> bool:
        """Whether `user` may submit it; None is the installation itself."""
        return not self.permission or user is None or user.has_perm(self.permission)


_operations: dict[str, Operation] = {}
_real_names: dict[str, str] = {}  # by alias


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
    permission: str = "",
    acts_for_owner: bool = False,
    aliases: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Register the decorated function as the operation `name`.

    `params` is a JSON Schema of type object; parameters are checked against it before a
    task is accepted. `accepts` lists the endings of files it takes, such as `.csv`; an
    operation that accepts files needs one. `check_upload` may refuse a file with
    InvalidInputError. For who lacks `permission` the operation does not exist. What
    `acts_for_owner` does things with the rights of the task's owner. `aliases` may be
    submitted in place of `name`, which the task then has. Raises ValueError when a name
    is taken or the schema is wrong.
    """

    def register(function: Function) -> Function:
        _register(
            Operation(
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
                permission=permission,
                acts_for_owner=acts_for_owner,
                aliases=aliases,
            )
        )
        return function

    return register


def external_operation(
    name: str,
    *,
    title: str,
    description: str = "",
    params: dict[str, Any] | None = None,
    accepts: tuple[str, ...] = (),
    retry: Retry | None = None,
    queue: str = "external",
    check_upload: UploadCheck | None = None,
    permission: str = "",
) -> None:
    """Register `name` as an operation whose work is done outside, by reporters.

    It is never sent to Celery: reporters list what waits, claim it and tell how it goes
    over REST. The arguments mean what they mean for `operation`; `queue` is a word by
    which reporters may choose.
    """
    _register(
        Operation(
            name=name,
            title=title,
            function=None,
            description=description,
            params=prepare(params or NO_PARAMS),
            accepts=accepts,
            retry=retry or Retry(),
            queue=queue,
            check_upload=check_upload,
            permission=permission,
        )
    )


def _register(operation: Operation) -> None:
    for name in (operation.name, *operation.aliases):
        if name in _operations or name in _real_names:
            raise ValueError(f"The operation {name!r} is registered twice.")
    _operations[operation.name] = operation
    _real_names.update(dict.fromkeys(operation.aliases, operation.name))


def lookup(name: str) -> Operation | None:
    """Return the operation `name`, or with that alias; None when there is none."""
    return _operations.get(_real_names.get(name, name))


def find(name: str, *, user: User | AnonymousUser | None = None) -> Operation:
    """Return the operation `name`; raises InvalidInputError when `user` has none."""
    operation = lookup(name)
    if operation is not None and operation.open_to(user):
        return operation
    known = ", ".join(found.name for found in every(user=user)) or "none"
    raise InvalidInputError(
        {"operation": [f"There is no operation “{name}”. Known are: {known}."]}
    )


def every(*, user: User | AnonymousUser | None = None) -> list[Operation]:
    """Return the operations that `user` may submit, by name; for None all."""
    found = (_operations[name] for name in sorted(_operations))
    return [operation for operation in found if operation.open_to(user)]


def queues(*, external: bool) -> list[str]:
    """Return the queues that workers read, or reporters, and those of the settings."""
    like = (kind.queue for kind in every() if kind.is_external == external)
    return sorted({*like, *setting("QUEUES")})
