"""Whether the process is up; for load balancers and monitoring."""

from __future__ import annotations

from typing import Final

from rest_framework import serializers

from tasks_app.api.schema.shapes import Shape

from .call import Answer, Call

TAGS: Final = {"Health": "Whether the process is up, and whether it can do its work."}


class UpShape(Shape):
    """The process answers."""

    status = serializers.ChoiceField(["ok"])


class ReadyShape(Shape):
    """For each dependency `ok`, or what is wrong; `watchers` are of this process."""

    status = serializers.ChoiceField(["ok", "unavailable"])
    checks = serializers.DictField(child=serializers.CharField())
    watchers = serializers.DictField(child=serializers.JSONField())


CALLS: Final = (
    Call(
        "GET /healthz",
        "is_up",
        "Ask whether the process answers",
        {200: Answer("It does.", UpShape)},
        tag="Health",
        open=True,
        outside=True,
    ),
    Call(
        "GET /readyz",
        "is_ready",
        "Ask whether work can be accepted and done",
        {
            200: Answer("It can.", ReadyShape),
            503: Answer("It cannot; what is wrong is named.", ReadyShape),
        },
        tag="Health",
        open=True,
        outside=True,
    ),
    Call(
        "GET /metrics",
        "read_figures",
        "Read the figures of this process, for Prometheus",
        {200: Answer("Figures.", {"type": "string"}, media="text/plain")},
        tag="Health",
        text="Needs `METRICS_TOKEN` as a bearer token, or a session of staff. For who"
        " has neither there is nothing here.",
        problems=(404,),
        open=True,
        outside=True,
    ),
)
