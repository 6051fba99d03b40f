"""What comes out, to be described; the tests hold real answers against it.

Every member is there unless it says `required=False`, and no other is.
"""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from tasks_app.errors import PARTICIPLES
from tasks_app.events import Kind, Source
from tasks_app.models.waiting import Reason
from tasks_app.statuses import Status

from .questions import QuestionShape

ACTIONS: Final = sorted(PARTICIPLES)


def text(**options: Any) -> serializers.CharField:
    """Return a text that may be empty."""
    return serializers.CharField(allow_blank=True, **options)


def source() -> Any:
    """Return the surface through which something was asked; DRF has the name, too."""
    return serializers.ChoiceField(Source.choices, allow_blank=True)


def anything(**options: Any) -> Any:
    """Return a value of any kind."""
    return serializers.JSONField(**options)


class Shape(serializers.Serializer[Any]):
    """An object of an answer."""


class ProgressShape(Shape):
    """How far a task is; `percent` is null while the total is unknown."""

    current = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0, allow_null=True)
    percent = serializers.IntegerField(min_value=0, max_value=100, allow_null=True)
    message = text()


class ArtifactShape(Shape):
    """A file to download: `size` in bytes, `url` a path on this server."""

    name = text()
    size = serializers.IntegerField(min_value=0)
    content_type = text()
    url = serializers.CharField()


class ListedTaskShape(Shape):
    """A task as lists show it. Keep the newest `version`, drop older ones."""

    id = serializers.UUIDField()
    operation = serializers.CharField()
    title = text()
    original_filename = text()
    status = serializers.ChoiceField(Status.choices)
    status_label = serializers.CharField()
    status_updated_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)
    attempt = serializers.IntegerField(min_value=0)
    max_attempts = serializers.IntegerField(min_value=1)
    priority = serializers.IntegerField(min_value=0, max_value=9)
    queue = serializers.CharField()
    owner = serializers.CharField(allow_null=True)
    source = source()
    progress = ProgressShape()
    step = text()
    error_count = serializers.IntegerField(min_value=0)
    error_code = text()
    error_message = text()
    cancel_requested = serializers.BooleanField()
    pause_requested = serializers.BooleanField()
    question = QuestionShape(allow_null=True)
    not_before = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    kept = serializers.BooleanField()
    retry_of = serializers.UUIDField(allow_null=True)
    batch = serializers.UUIDField(allow_null=True)
    artifacts = ArtifactShape(many=True)
    actions = serializers.ListField(child=serializers.ChoiceField(ACTIONS))


class WaitingShape(Shape):
    """Why a task waits. What its `reason` does not need is null, or empty."""

    reason = serializers.ChoiceField([reason.value for reason in Reason])
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    by = text(help_text="Who paused it.")
    ahead = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="How many of its queue come before it."
    )
    ahead_is_exact = serializers.BooleanField(help_text="Else at least so many.")
    starts_in = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="A guess, in seconds."
    )


class TaskShape(ListedTaskShape):
    """A task. Keep the newest `version`, drop older ones.

    `actions` is what the caller may ask for now.
    """

    params = anything(required=False, help_text="For who may see payloads.")
    error_detail = text(required=False, help_text="For who may see payloads.")
    result = anything(help_text="What a completed task returned.")


class ReadTaskShape(TaskShape):
    """A task as it is read by itself; one that waits says why."""

    waiting = WaitingShape(required=False)


class UploadShape(Shape):
    """The file given to a task; `url` is a path on this server."""

    name = text()
    size = serializers.IntegerField(min_value=0)
    sha256 = serializers.CharField()
    url = serializers.CharField()


class LeaseShape(ListedTaskShape):
    """A task as its reporter needs it."""

    lease_expires_at = serializers.DateTimeField(allow_null=True)


class ClaimShape(LeaseShape):
    """A task just claimed: with the proof, its parameters and its file."""

    lease_token = serializers.UUIDField()
    params = anything()
    upload = UploadShape(allow_null=True)


class TaskListShape(Shape):
    """A page of tasks; `next` and `previous` are the addresses of its neighbours."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ListedTaskShape(many=True)


class SummaryShape(Shape):
    """How many tasks have which status; statuses without any are left out."""

    by_status = serializers.DictField(child=serializers.IntegerField(min_value=1))
    by_operation = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(min_value=1))
    )


class OutcomeShape(Shape):
    """How it went with one task: `done`, or the `code` of the error."""

    id = serializers.UUIDField()
    outcome = serializers.CharField()
    detail = text()


class OutcomesShape(Shape):
    """An outcome for each id, in their order."""

    outcomes = OutcomeShape(many=True)


class BatchShape(Shape):
    """Tasks that were submitted together; one alone makes no batch."""

    batch = serializers.UUIDField(allow_null=True)
    ids = serializers.ListField(child=serializers.UUIDField())


class EventShape(Shape):
    """An entry of a task's history."""

    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(Kind.choices)
    from_status = serializers.ChoiceField(Status.choices, allow_null=True)
    to_status = serializers.ChoiceField(Status.choices, allow_null=True)
    step = text()
    message = text()
    data = anything()
    attempt = serializers.IntegerField(min_value=0)
    actor = text()
    source = source()
    request_id = text()
    at = serializers.DateTimeField()


class FeedEventShape(EventShape):
    """An entry of the history of all tasks."""

    task = serializers.UUIDField()


class FeedShape(Shape):
    """A part of the feed. Ask again with `cursor`; `more`: at once."""

    events = FeedEventShape(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()
    reset = serializers.BooleanField(
        help_text="The cursor is of another database; the feed begins anew."
    )


class OperationShape(Shape):
    """What a task can be asked to do."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = text()
    params = serializers.JSONField(help_text="The JSON Schema of its parameters.")
    accepts = serializers.ListField(
        child=serializers.CharField(), help_text="Endings of the files it takes."
    )
    queue = serializers.CharField()
    external = serializers.BooleanField(help_text="Reporters do the work.")


class TokensShape(Shape):
    """An access token, and the refresh token that renews it once."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(min_value=1, help_text="Seconds.")


class TicketShape(Shape):
    """Opens one socket, once and soon."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(min_value=1, help_text="Seconds.")
