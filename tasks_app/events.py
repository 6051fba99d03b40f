"""What a history row and a message on the wire look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

from django.db.models import TextChoices

TASKS_GROUP: Final = "tasks"  # the one group every server process listens to


class Kind(TextChoices):
    """Why a history row was written."""

    STATUS = "status", "Status"
    STEP = "step", "Step"
    ERROR = "error", "Error"
    NOTE = "note", "Note"


class Source(TextChoices):
    """The surface through which something was asked."""

    API = "api", "API"
    ADMIN = "admin", "Admin"
    SCHEDULE = "schedule", "Schedule"
    CLI = "cli", "Command line"
    CHAT = "chat", "Chat"
    WORKER = "worker", "Worker"
    KEEPER = "keeper", "Keeper"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked for a change, through what, in which request.

    With a key the same may be asked again, and is done once.
    """

    actor: str = ""
    source: str = ""
    request_id: str = ""
    idempotency_key: str = ""


WORKER: Final = Origin(source=Source.WORKER)
KEEPER: Final = Origin(source=Source.KEEPER)


class ProgressWire(TypedDict):
    """How far a task is; `percent` is None while the total is unknown."""

    current: int
    total: int | None
    percent: int | None
    message: str


class ChoiceWire(TypedDict):
    """An answer that a task takes."""

    value: str
    label: str
    description: str


class QuestionWire(TypedDict):
    """What a paused task waits to be told."""

    text: str
    choices: list[ChoiceWire]


class ArtifactWire(TypedDict):
    """A file to download: `size` in bytes, `url` a path on this server."""

    name: str
    size: int
    content_type: str
    url: str


class TaskWire(TypedDict):
    """A task as REST, socket and pages show it; times are ISO 8601 in UTC."""

    id: str
    operation: str
    title: str
    original_filename: str
    status: str
    status_label: str
    status_updated_at: str
    version: int
    attempt: int
    max_attempts: int
    priority: int
    queue: str
    owner: str | None
    source: str
    progress: ProgressWire
    step: str
    error_count: int
    error_code: str
    error_message: str
    cancel_requested: bool
    pause_requested: bool
    question: QuestionWire | None
    not_before: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    kept: bool
    retry_of: str | None
    batch: str | None
    result: NotRequired[Any]
    artifacts: NotRequired[list[ArtifactWire]]
    actions: NotRequired[list[str]]
    params: NotRequired[dict[str, Any]]  # for who may see payloads
    error_detail: NotRequired[str]


class Removed(TypedDict):
    """A task that was deleted."""

    id: str
    owner_id: int | None


class TasksChanged(TypedDict):
    """From a worker or a web process to every server process."""

    type: str  # the hub's method, with a dot
    tasks: list[dict[str, Any]]
    removed: list[Removed]
    sent_at: float
