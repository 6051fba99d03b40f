"""Work outside Celery, over REST: claim, renew, report, hand in files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tasks_app.models import Task
from tasks_app.models.queries import REPORT, sees_upload
from tasks_app.models.wire import claimed_wire, lease_wire, whole_wire
from tasks_app.operations import reporting
from tasks_app.statuses import Status

from .downloads import download
from .fields import Id, Number, Text, Whole
from .origin import origin
from .parameters import StrictView
from .serializers import StrictSerializer, read
from .streaming import StreamedFile

LONGEST_LEASE: Final = 86_400  # seconds; whoever needs more renews
MOST: Final = 2**63 - 1  # what the columns hold


class ClaimSerializer(StrictSerializer):
    """The body of a claim."""

    worker = Text(required=False, max_length=100)
    lease_seconds = Number(required=False, min_value=5, max_value=LONGEST_LEASE)


class ProofSerializer(StrictSerializer):
    """What a claim answered, which shows that the attempt is still held."""

    attempt = Whole(min_value=1, max_value=2**31 - 1)
    lease_token = Id()


class ProgressSerializer(StrictSerializer):
    """How much is done."""

    current = Whole(min_value=0, max_value=MOST)
    total = Whole(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST
    )
    message = Text(required=False, default="", allow_blank=True, max_length=500)

    def to_internal_value(self, data: Any) -> Any:
        """Return current, total and message."""
        values = super().to_internal_value(data)
        current, total = values["current"], values["total"]
        if total is not None and current > total:
            text = f"No more can be done than the total, which is {total}."
            raise serializers.ValidationError({"current": [text]})
        return current, total, values["message"]


class ReportSerializer(ProofSerializer):
    """What a reporter tells at once."""

    number = Whole(required=False, min_value=1, max_value=MOST)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    progress = ProgressSerializer(required=False)
    step = Text(required=False, max_length=100)
    message = Text(required=False, max_length=500)
    error_message = Text(required=False, max_length=1000)
    result = serializers.DictField(required=False, allow_null=True)


class ArtifactSerializer(ProofSerializer):
    """A file of the task's, as a form."""

    file = serializers.FileField(allow_empty_file=True)
    name = Text(required=False, max_length=255)


class Reporting(StrictView, GenericViewSet[Task]):
    """The routes by which a reporter works."""

    acts: ClassVar[Mapping[str, str]] = {
        "claim": "claim",
        "renew": "renew",
        "partial_update": "report",
        "attach": "attach",
        "upload": "download",
    }

    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: UUID) -> Response:
        """The task with its parameters and the lease token, for whoever is first."""
        asked = read(ClaimSerializer, request.data)
        name = asked.pop("worker", "")
        worker = request.user.get_username() + (f" ({name})" if name else "")
        task = reporting.claim(
            self._reported(), worker=worker, origin=origin(request), **asked
        )
        return Response(claimed_wire(task, request.user))

    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: UUID) -> Response:
        """The task; `cancel_requested` and `pause_requested` ask to stop."""
        held = reporting.renew(self._proven(read(ProofSerializer, request.data)))
        return Response(lease_wire(held, request.user))

    def partial_update(self, request: Request, pk: UUID) -> Response:
        """The task after the report, which is written whole or not at all."""
        asked = read(ReportSerializer, request.data)
        task = self._proven(asked)
        told = reporting.Report(**asked)
        held = reporting.report(task, told, origin=origin(request))
        return Response(lease_wire(held, request.user))

    @action(detail=True)
    def upload(self, request: Request, pk: UUID) -> StreamedFile:
        """Download the file that was given to the task."""
        task = get_object_or_404(self._theirs().filter(upload__isnull=False), pk=pk)
        if not sees_upload(request.user, task):
            self.permission_denied(request, "You may not have the file of this task.")
        assert task.upload is not None
        return download(task.upload.file, name=task.upload.original_name)

    @action(detail=True, methods=["post"], url_path="artifacts")
    def attach(self, request: Request, pk: UUID) -> Response:
        """The task with the file as its artifact, in place of one of that name."""
        asked = read(ArtifactSerializer, request.data)
        file = asked.pop("file")
        name = asked.pop("name", file.name or "")
        held = reporting.attach(
            self._proven(asked),
            file=file,
            name=name,
            content_type=file.content_type or "application/octet-stream",
            origin=origin(request),
        )
        return Response(lease_wire(held, request.user), status=201)

    def _theirs(self) -> QuerySet[Task]:
        """What the caller may see, or report on."""
        user = self.request.user
        seen = Task.objects.visible_to(user) | Task.objects.reportable_by(user)
        return seen.select_related("owner", "upload")

    def _reported(self) -> Task:
        """Return the task: 404 for who may do neither, 403 for who may only see it."""
        task = get_object_or_404(self._theirs(), pk=self.kwargs["pk"])
        if not self.request.user.has_perm(REPORT):
            self.permission_denied(self.request, "You may not report on tasks.")
        return task

    def _proven(self, asked: dict[str, Any]) -> Task:
        attempt, token = asked.pop("attempt"), asked.pop("lease_token")
        return reporting.proven(self._reported(), attempt=attempt, lease_token=token)


def claimable(request: Request, tasks: Any, *, most: int) -> Response:
    """What waits for reporters, most urgent first; no pages, since claims move it."""
    waiting = tasks.due().for_list()
    rows = waiting.prefetch_related("artifacts")[:most]
    told = [whole_wire(task, request.user, large=False) for task in rows]
    return Response({"next": None, "previous": None, "results": told})
