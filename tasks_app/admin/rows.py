"""A task as a line of the list shows it; `static/js/row.js` writes the same fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from tasks_app.models.wire import question_wire
from tasks_app.operations import registry
from tasks_app.statuses import Status

from .words import ago, lasting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from tasks_app.models import Task

# In the order of the buttons. The status never allows more than two of these at once.
LABELS: Final = {
    "pause": "Pause",
    "resume": "Resume",
    "retry": "Retry",
    "cancel": "Cancel",
}

# What a row says before its task has said anything.
SILENT: Final[dict[str, str]] = {
    Status.PENDING: "Waiting for a worker.",
    Status.PROCESSING: "A worker is on it.",
}


@dataclass(frozen=True, slots=True)
class Button:
    verb: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What the templates need besides the columns."""

    task: Task
    user: User | AnonymousUser

    @property
    def badge(self) -> str:
        """The status in words; a request the worker has not seen yet is one of them."""
        if self.task.status == Status.PROCESSING:
            if self.task.cancel_requested_at is not None:
                return "Cancelling"
            if self.task.pause_requested_at is not None:
                return "Pausing"
        return self.task.get_status_display()

    @property
    def line(self) -> str:
        """What it asks, else the error, else the newest message, else why none."""
        if question := question_wire(self.task):
            return f"Waits for an answer: {question['text']}"
        text = self.task.error_message or self.task.progress_message
        return text.partition("\n")[0] or SILENT.get(self.task.status, "")

    @property
    def measure(self) -> str:
        """The percentage; while the total is unknown, how many are done."""
        if self.task.percent is not None:
            return f"{self.task.percent} %"
        return f"{self.task.progress_current:,}" if self.task.progress_current else ""

    @property
    def is_unmeasured(self) -> bool:
        """Whether it runs without a known total: the bar only shows that it moves."""
        return self.task.status == Status.PROCESSING and self.task.percent is None

    @property
    def operation(self) -> str:
        """The title of the operation; its name when this installation lost it."""
        return titles().get(self.task.operation, self.task.operation)

    @property
    def created_ago(self) -> str:
        return ago(self.task.created_at)

    @property
    def duration(self) -> str:
        """How long it has run, or ran; empty before it began."""
        task = self.task
        if task.started_at is None:
            return ""
        if task.finished_at is not None:
            return lasting(task.finished_at - task.started_at)
        return lasting(timezone.now() - task.started_at) if self.is_running else ""

    @property
    def is_running(self) -> bool:
        """Whether its duration grows just now."""
        return self.task.status == Status.PROCESSING

    @property
    def buttons(self) -> list[Button]:
        """Every button, so that a patch only has to show and hide them."""
        allowed = self.task.actions_for(self.user)
        return [Button(verb, label, verb in allowed) for verb, label in LABELS.items()]


def titles() -> dict[str, str]:
    """Return the title of every operation by its name."""
    return {operation.name: operation.title for operation in registry.every()}
