"""From a filled form to tasks: one for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tasks_app.operations import schema
from tasks_app.operations.batches import submit_batch
from tasks_app.operations.submission import submit
from tasks_app.trace import current

from .steering import origin

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest

    from tasks_app.errors import InvalidInputError
    from tasks_app.models import Task
    from tasks_app.operations.registry import Operation


def start(
    *,
    operation: Operation,
    request: HttpRequest,
    asked: dict[str, Any],
    files: list[File[bytes]],
    refused_before: bool,
) -> tuple[list[Task], dict[int, list[str]]]:
    """Submit a task for each file; return those accepted, and what was refused.

    `asked` are arguments of `submit`. Refusals are sentences by place in `files`;
    several files make a batch, and one that is refused does not hold up the others.
    Raises InvalidInputError when nothing can be accepted, whatever the files hold, and
    IdempotencyConflictError.
    """
    whole: dict[str, Any] = {
        **asked,
        "operation": operation.name,
        "owner": cast(Any, request.user),
        "origin": origin(request),
        "params": schema.check(asked["params"], operation.params),
    }
    if not files:
        # Without the check the operation would be asked for its missing file as well.
        return ([], {}) if refused_before else (_noted([submit(**whole)]), {})
    refused: dict[int, list[str]] = {}
    places = {id(file): place for place, file in enumerate(files)}

    def note(file: File[bytes], error: InvalidInputError) -> None:
        said = [text for texts in error.errors.values() for text in texts]
        refused[places[id(file)]] = naming(file, said)

    return _noted(submit_batch(**whole, files=files, on_refusal=note)), refused


def _noted(tasks: list[Task]) -> list[Task]:
    """Return the tasks; the audit log names the one, or the batch."""
    if len(tasks) == 1:
        current().task = str(tasks[0].pk)
    elif tasks:
        current().what = {"batch": tasks[0].batch_id, "count": len(tasks)}
    return tasks


def naming(file: File[bytes], sentences: list[str]) -> list[str]:
    """Return the sentences, with the file's name in front where it is missing."""
    name = file.name or "The file"
    return [each if name in each else f"“{name}”: {each}" for each in sentences]
