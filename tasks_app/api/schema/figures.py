"""The shapes of the statistics."""

from __future__ import annotations

from rest_framework import serializers

from tasks_app.models.overview import RANGES

from .shapes import Shape, text


def number(**options: object) -> serializers.IntegerField:
    """Return a count."""
    return serializers.IntegerField(min_value=0, **options)  # type: ignore[arg-type]


class DurationsShape(Shape):
    """Seconds that half of them, and 95 %, did not exceed; null of none."""

    median = serializers.FloatField(min_value=0, allow_null=True)
    most = serializers.FloatField(min_value=0, allow_null=True)


class TallyShape(Shape):
    """What happened: `finished` are completed and failed, `ran` their attempts."""

    started = number()
    completed = number()
    completed_with_errors = number()
    failed = number()
    cancelled = number()
    finished = number()
    failure_rate = serializers.FloatField(min_value=0, max_value=1, allow_null=True)
    waited_seconds = DurationsShape()
    ran_seconds = DurationsShape()


class PointShape(TallyShape):
    """What happened in the `point_seconds` from `at`."""

    at = serializers.DateTimeField()


class NowShape(Shape):
    """What is going on; the oldest waits since it could begin."""

    running = number()
    slots = number(help_text="How many the workers run at a time.")
    queued = number()
    oldest_waits_seconds = serializers.FloatField(min_value=0, allow_null=True)


class FailuresShape(Shape):
    """Tasks that are failed with one error; `id` is the filter `error_group`."""

    id = serializers.CharField()
    operation = serializers.CharField()
    error_code = text()
    text = text()
    count = serializers.IntegerField(min_value=1)
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    newest = serializers.UUIDField(help_text="The task that failed last.")


class StatisticsShape(Shape):
    """How it went in a range, and in the one `before`, without its durations."""

    range = serializers.ChoiceField(sorted(RANGES))
    operation = text()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    point_seconds = serializers.IntegerField(min_value=1)
    total = TallyShape()
    before = TallyShape()
    points = PointShape(many=True)
    operations = serializers.DictField(child=TallyShape())
    now = NowShape()
    failures = FailuresShape(many=True)
