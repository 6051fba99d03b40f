"""The statuses a task can have, the transitions between them, and what people may ask.

This is the only copy. `docs/lifecycle.md` draws it; a test holds the two together.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a task is in its life; `MEANING` says what each one tells."""

    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors", "Completed with errors"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


MEANING: Final[dict[Status, str]] = {
    Status.PENDING: "Waits for a worker, or for the moment it may start.",
    Status.PROCESSING: "A worker holds the lease and runs the operation; if it falls"
    " silent the keeper takes the lease away.",
    Status.PAUSED: "Waits for a person to resume it; no worker touches it.",
    Status.COMPLETED: "The operation did all of its work.",
    Status.COMPLETED_WITH_ERRORS: "The operation finished, and some of its work could"
    " not be done; the history says which.",
    Status.FAILED: "The operation could not finish and nobody will try again unless a"
    " person retries it.",
    Status.CANCELLED: "A person stopped it; nothing it does afterwards counts.",
}

FINAL: Final = frozenset(
    {Status.COMPLETED, Status.COMPLETED_WITH_ERRORS, Status.FAILED, Status.CANCELLED}
)

TRANSITIONS: Final[dict[Status, frozenset[Status]]] = {
    # claimed; held back; called off
    Status.PENDING: frozenset({Status.PROCESSING, Status.PAUSED, Status.CANCELLED}),
    # ended by its worker; tried again later or rescued; held back; called off
    Status.PROCESSING: frozenset({*FINAL, Status.PENDING, Status.PAUSED}),
    Status.PAUSED: frozenset({Status.PENDING, Status.CANCELLED}),  # resumed; called off
    Status.FAILED: frozenset({Status.PENDING}),  # retried by a person
    Status.CANCELLED: frozenset({Status.PENDING}),
    Status.COMPLETED_WITH_ERRORS: frozenset({Status.PENDING}),
    Status.COMPLETED: frozenset(),
}

ACTIONS: Final[dict[str, frozenset[Status]]] = {
    "answer": frozenset({Status.PAUSED}),  # where the task asked something
    "retry": frozenset({Status.FAILED, Status.CANCELLED, Status.COMPLETED_WITH_ERRORS}),
    "cancel": frozenset({Status.PENDING, Status.PROCESSING, Status.PAUSED}),
    "pause": frozenset({Status.PENDING, Status.PROCESSING}),
    "resume": frozenset({Status.PAUSED}),
    "delete": FINAL,
    "keep": FINAL,  # from being cleaned up or deleted
    "unkeep": FINAL,
}


def legal_actions(
    status: str,
    *,
    cancel_requested: bool,
    pause_requested: bool,
    question: Any = None,
    kept: bool = False,
) -> list[str]:
    """Return what may be asked of a task in `status`, whoever asks.

    A request that waits for the worker cannot be made twice; a pause that waits can be
    taken back by `resume`. An open `question` has to be answered: to resume without
    an answer would only make the task ask again. What is `kept` is not deleted.
    """
    hidden = {"keep", "delete"} if kept else {"unkeep"}
    if status == Status.PAUSED:
        hidden.add("resume" if is_open(question) else "answer")
    actions = [
        action
        for action, legal in ACTIONS.items()
        if status in legal and action not in hidden
    ]
    if status != Status.PROCESSING:
        return actions
    if cancel_requested:
        return []
    return ["cancel", "resume"] if pause_requested else actions


def is_open(question: Any) -> bool:
    """Whether a task asked this question and has no answer yet."""
    return bool(question) and "answer" not in question
