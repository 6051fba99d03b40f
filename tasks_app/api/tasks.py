"""The tasks, over REST: find, call one verb, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags, quote_etag
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.models import Task
from tasks_app.models.counts import summary
from tasks_app.models.paging import NEWEST_FIRST, ORDERINGS
from tasks_app.models.queries import REPORT
from tasks_app.models.waiting import waiting
from tasks_app.models.wire import event_wire, whole_wire
from tasks_app.operations import steering, submission
from tasks_app.operations.batches import submit_many
from tasks_app.operations.bulk import act
from tasks_app.operations.maintenance.bulk import NAME as ACT_ON_ALL
from tasks_app.operations.retrying import retry_with
from tasks_app.trace import current

from .answering import Answering
from .downloads import download
from .export import TYPES, CsvRenderer, exported
from .filters import EXPORTED, SEVERAL, TaskFilter
from .keeping import Keeping
from .origin import idempotency_key, origin
from .pagination import Keyset, one_of, page_size
from .parameters import takes
from .parsers import BodyParser, UploadParser
from .problems import fields_of
from .reporting import Reporting, claimable
from .serializers import (
    BulkSerializer,
    HistorySerializer,
    ManySerializer,
    RetrySerializer,
    SteeringSerializer,
    SubmissionSerializer,
    WaitSerializer,
    read,
)
from .streaming import Streamed, StreamedFile


class TaskViewSet(Answering, Keeping, Reporting):
    """The routes of `tasks/`; each decides nothing and asks the layers below."""

    acts: ClassVar[Mapping[str, str]] = {
        **Reporting.acts,
        **Answering.acts,
        **{verb: verb for verb in steering.VERBS},
        "create": "submit",
        "batch": "submit_batch",
        "bulk": "bulk",
        "destroy": "delete",
        "artifacts": "download",
        "export": "export",
    }
    filterset_class = TaskFilter
    pagination_class = Keyset
    parser_classes = (BodyParser, UploadParser)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Task]:
        """What the caller may see; nothing else exists for them."""
        return Task.objects.visible_to(self.request.user).prefetch_related("artifacts")

    @takes(*TaskFilter.base_filters, "ordering", "page_size", "cursor", several=SEVERAL)
    def list(self, request: Request) -> Response:
        """A page of tasks, newest first unless `ordering` says otherwise."""
        if "claimable" in request.query_params:
            return self._claimable(request)
        tasks = self.filter_queryset(self.get_queryset().for_list())  # type: ignore[attr-defined]
        page = self.paginate_queryset(tasks) or []
        return self.get_paginated_response(
            [whole_wire(task, request.user, large=False) for task in page]
        )

    def _claimable(self, request: Request) -> Response:
        if not request.user.has_perm(REPORT):
            self.permission_denied(request, "You may not report on tasks.")
        tasks = self.filter_queryset(Task.objects.reportable_by(request.user))
        return claimable(request, tasks, most=page_size(request))

    def create(self, request: Request) -> Response:
        """Submit a task; 201 with its address."""
        asked = read(SubmissionSerializer, request.data)
        task = submission.submit(
            owner=cast(Any, request.user),
            origin=origin(request),
            idempotency_key=idempotency_key(request),
            **asked,
        )
        return self._made(task)

    @action(detail=False, methods=["post"])
    def batch(self, request: Request) -> Response:
        """Submit many tasks, all or none; 201 with their ids, in order."""
        asked = read(ManySerializer, request.data)
        tasks = submit_many(
            asked["tasks"],
            title=asked.get("title", ""),
            owner=cast(Any, request.user),
            origin=origin(request),
            idempotency_key=idempotency_key(request),
        )
        told = {"batch": tasks[0].batch_id, "ids": [task.pk for task in tasks]}
        current().what = {"batch": told["batch"], "count": len(tasks)}
        return Response(told, status=status.HTTP_201_CREATED)

    @takes("wait", "version")  # the wait is over by now
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One task; 304 for who names the `ETag` of it as it is."""
        read(WaitSerializer, request.query_params)
        task = self.get_object()
        tag = quote_etag(f"{task.version}-{'-'.join(task.actions_for(request.user))}")
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if tag in known or "*" in known:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        response = self._answer(task)
        if (waits := waiting(task)) is not None:
            response.data["waiting"] = waits.wire()
        response["ETag"] = tag
        return response

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """An outcome for each of the ids; for a filter, the task that acts (202)."""
        given, user = read(BulkSerializer, request.data), cast(Any, request.user)
        if "ids" in given:
            outcomes = act(
                given["action"], given["ids"], user=user, origin=origin(request)
            )
            return Response({"outcomes": list(outcomes)})
        with fields_of("params"):
            task = submission.submit(
                operation=ACT_ON_ALL,
                params={"action": given["action"], "filter": given["filter"]},
                owner=user,
                origin=origin(request),
                idempotency_key=idempotency_key(request),
            )
        return self._answer(task, status.HTTP_202_ACCEPTED)

    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """How many tasks the caller may see, by status and by operation."""
        by_status: Counter[str] = Counter()
        by_operation: dict[str, Counter[str]] = {}
        for operation, task_status, count in summary(request.user):
            by_status[task_status] += count
            by_operation.setdefault(operation, Counter())[task_status] += count
        return Response({"by_status": by_status, "by_operation": by_operation})

    @action(detail=False, renderer_classes=[JSONRenderer, CsvRenderer])
    @takes(*EXPORTED, "format", "ordering", several=SEVERAL)
    def export(self, request: Request) -> Streamed:
        """The whole list as a download, for spreadsheets or for programs."""
        return exported(
            self.filter_queryset(self.get_queryset().for_list()),  # type: ignore[attr-defined]
            kind=one_of(request, "format", tuple(TYPES), "csv"),
            ordering=one_of(request, "ordering", ORDERINGS, NEWEST_FIRST),
            user=request.user,
            is_empty=request.method == "HEAD",
        )

    def destroy(self, request: Request, pk: UUID) -> Response:
        """Delete a final task with its history and files."""
        asked = read(SteeringSerializer, request.data)
        self._ask("delete", **asked)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID) -> Response:
        """Put an ended task back to work; with `params`, a new task like it (201)."""
        asked = read(RetrySerializer, request.data)
        if "params" not in asked:
            return self._steer("retry")
        task = retry_with(
            self.get_object(),
            user=cast(Any, request.user),
            origin=origin(request),
            key=idempotency_key(request),
            **asked,
        )
        return self._made(task)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        """Let a paused task go on."""
        return self._steer("resume")

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID) -> Response:
        """Call the task off."""
        return self._steer("cancel")

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: UUID) -> Response:
        """Hold the task."""
        return self._steer("pause")

    @action(detail=True)
    @takes("after")
    def events(self, request: Request, pk: UUID) -> Response:
        """The history, oldest first; `?after=VERSION` leaves out what is known."""
        asked = read(HistorySerializer, request.query_params)
        events = self.get_object().events.order_by("version")
        newer = events.filter(version__gt=asked["after"])
        return Response([event_wire(event, request.user) for event in newer])

    @action(detail=True, url_path="artifacts/<int:number>")
    def artifacts(self, request: Request, pk: UUID, number: int) -> StreamedFile:
        """Download a file the task produced; never shown inside the browser."""
        artifacts = self.get_object().artifacts.lasting()
        artifact = get_object_or_404(artifacts, pk=number)
        return download(
            artifact.file, name=artifact.name, content_type=artifact.content_type
        )

    def _steer(self, verb: str) -> Response:
        asked = read(SteeringSerializer, self.request.data)
        self._ask(verb, **asked)
        return self._answer(self.get_object())

    def _ask(self, verb: str, **more: Any) -> None:
        """Do it: 404 for who may not see the task, 403 for who may not do this."""
        task, user = self.get_object(), cast(Any, self.request.user)
        steering.ask(task, verb, user=user, origin=origin(self.request), **more)

    def _made(self, task: Task) -> Response:
        response = self._answer(task, status.HTTP_201_CREATED)
        response["Location"] = f"/api/v1/tasks/{task.pk}/"
        return response

    def _answer(self, task: Task, code: int = status.HTTP_200_OK) -> Response:
        current().task = str(task.pk)
        return Response(whole_wire(task, self.request.user, large=True), status=code)
