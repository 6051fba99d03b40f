"""Every error of the engine; the text of each is fit for the person asking."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

DATABASE_AWAY: Final = (
    "The database does not answer just now. Try again in a few seconds."
)
PARTICIPLES = {
    "retry": "retried",
    "cancel": "cancelled",
    "pause": "paused",
    "resume": "resumed",
    "delete": "deleted",
    "answer": "answered",
    "keep": "kept",
    "unkeep": "let go",
}


class TaskError(Exception):
    """Base of all; `code` is stable and machine-readable."""

    code = "task_error"


class InvalidInputError(TaskError):
    """What was asked for cannot be accepted; `errors` has sentences for each field."""

    code = "invalid_input"

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__(
            " ".join(
                f"{field}: {' '.join(texts)}" if field else " ".join(texts)
                for field, texts in errors.items()
            )
        )


class IllegalTransitionError(TaskError):
    """The task's status does not allow this now."""

    code = "illegal_transition"

    def __init__(self, verb: str, *, status: str, actions: list[str]) -> None:
        self.status, self.actions = status, actions
        legal = ", ".join(actions) or "nothing"
        words = status.replace("_", " ")
        participle = PARTICIPLES.get(verb, verb)
        super().__init__(
            f"The task cannot be {participle} because it is {words}."
            f" Possible now: {legal}."
            if actions
            else "The task was already asked to stop; it will at its next checkpoint."
        )


class KeptError(TaskError):
    """A person keeps the task from being deleted, or does not."""

    code = "kept"

    def __init__(self, verb: str) -> None:
        super().__init__(
            {
                "delete": "The task is kept, so it is not deleted. Stop keeping it"
                " first.",
                "keep": "The task is kept already.",
                "unkeep": "Nobody keeps the task, so there is nothing to take back.",
            }[verb]
        )


class UnansweredError(IllegalTransitionError):
    """Asked to go on, the task would only ask its question again."""

    code = "needs_answer"

    def __init__(self, *, status: str, actions: list[str]) -> None:
        self.status, self.actions = status, actions
        text = (
            "The task asked a question, and goes on when it is answered. Possible now:"
            f" {', '.join(actions)}."
        )
        TaskError.__init__(self, text)


class AnsweredError(IllegalTransitionError):
    """Somebody was faster; `told` says who, and what they answered."""

    code = "already_answered"

    def __init__(self, told: str, *, status: str, actions: list[str]) -> None:
        self.status, self.actions = status, actions
        text = f"This question was answered already. {told}"
        TaskError.__init__(self, text)


class VersionMismatchError(TaskError):
    """The task changed since the caller last saw it."""

    code = "version_mismatch"

    def __init__(self, *, expected: int, version: int, status: str) -> None:
        self.version, self.status = version, status
        super().__init__(
            f"The task has changed: you saw version {expected}, it is now at version"
            f" {version}. Look at it again, then decide."
        )


class NotPermittedError(TaskError):
    """Who asks sees the task, and may not do this to it."""

    code = "permission_denied"

    def __init__(self, verb: str) -> None:
        super().__init__(f"You may not {verb} this task.")


class TaskGoneError(TaskError):
    """The task was deleted while it was being asked for something."""

    code = "task_gone"


class TaskBusyError(TaskError):
    """Others changed the task again and again while this was asked."""

    code = "task_busy"


class IdempotencyConflictError(TaskError):
    """The idempotency key was used before, for something else."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was already used for a different request."
            " Send a new key, or repeat the first request unchanged."
        )


class LeaseLostError(TaskError):
    """The attempt is over for whoever asks: another one holds the task, or it ended."""

    code = "lease_lost"
    status = ""  # the task's by now, where somebody looked


class NotClaimableError(TaskError):
    """The next attempt of the task is not to be had."""

    code = "not_claimable"

    def __init__(self, text: str, *, status: str) -> None:
        self.status = status
        super().__init__(text)


class NotAskedError(TaskError):
    """A reporter stops although nobody asked it to."""

    code = "not_asked"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"Nobody asked for the task to be {status}. Only what was asked for with"
            " “cancel” or “pause” can be told; give it back with “pending”, or end it"
            " with “failed”."
        )


class OperationError(TaskError):
    """Raised by an operation to fail with a sentence its users will read.

    With `retry=True` the operation's retry policy applies, else the failure is final.
    """

    code = "operation_failed"

    def __init__(
        self, message: str, *, code: str = "operation_failed", retry: bool = False
    ) -> None:
        self.code, self.retry = code, retry
        super().__init__(message)


class Interruption(BaseException):
    """Ends an operation from outside.

    Not an `Exception`, so that an operation's `except Exception` cannot swallow it.
    """


class CancelInterruption(Interruption):
    """A person cancelled the task."""


class PauseInterruption(Interruption):
    """A person paused the task."""


class QuestionInterruption(Interruption):
    """The operation cannot go on before a person answers `question`."""

    def __init__(self, question: dict[str, Any]) -> None:
        self.question = question
        super().__init__(question["text"])


class LeaseInterruption(Interruption):
    """The attempt lost its lease; nothing it writes counts any more."""


class TimeLimitInterruption(Interruption):
    """The operation ran longer than it may."""


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return an RFC 9457 problem document; `more` are members of its own."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
