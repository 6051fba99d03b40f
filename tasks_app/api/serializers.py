"""What comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from tasks_app.models.overview import RANGES, USUAL
from tasks_app.operations import batches, steering
from tasks_app.operations.json_text import loads

from .fields import Id, Several, Text, Whole, Word
from .parameters import refuse_repeated

MOST: Final = 20  # fields that a refusal names
LONGEST_NAME: Final = 100  # characters of each
LARGEST: Final = 10**18 - 1  # of what is counted; fits both databases


class ParamsField(serializers.Field[Any, Any, Any, Any]):
    """An object; in a multipart form, the JSON text of one."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the object; `submit` checks what is in it."""
        if not isinstance(data, str):
            return data
        try:
            return loads(data)
        except ValueError as error:
            raise serializers.ValidationError("This is not valid JSON.") from error

    def to_representation(self, value: Any) -> Any:
        """Return the object as it is: it came as JSON."""
        return value


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, instead of ignoring them."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values; raises ValidationError that names each unknown field."""
        if not isinstance(data, Mapping):
            text = "The body must be a JSON object."
            raise serializers.ValidationError({"": [text]})
        refuse_repeated(data)
        values = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            known = ", ".join(sorted(self.fields))
            text = f"There is no such field. Known are: {known}."
            told = {str(name)[:LONGEST_NAME]: [text] for name in unknown[:MOST]}
            raise serializers.ValidationError(told)
        return values


class SubmissionSerializer(StrictSerializer):
    """The body of a submission: its shape; `submit` checks what it means."""

    operation = Text(max_length=100)
    params = ParamsField(required=False)
    title = Text(required=False, allow_blank=True, max_length=200)
    priority = Whole(required=False, min_value=0, max_value=9)
    queue = Word(required=False, max_length=50)
    not_before = serializers.DateTimeField(required=False, allow_null=True)
    file = serializers.FileField(required=False, allow_empty_file=True)


class ItemSerializer(SubmissionSerializer):
    """One of many submissions, for an operation that needs no file."""

    file = None  # type: ignore[assignment]


class ManySerializer(StrictSerializer):
    """The body of a submission of many tasks."""

    title = Text(required=False, allow_blank=True, max_length=200)
    tasks = Several(child=ItemSerializer(), min_length=1, max_length=batches.MOST)


class SteeringSerializer(StrictSerializer):
    """The body of an action; with `expected_version` it holds for that version only."""

    expected_version = Whole(required=False, min_value=1, max_value=LARGEST)


class RetrySerializer(SteeringSerializer):
    """The body of a retry; `params` make it a new task."""

    params = serializers.DictField(required=False)


class AnswerSerializer(SteeringSerializer):
    """The answer to what a task asked: the `value` of one of its choices."""

    choice = Text(max_length=100)


class BulkSerializer(StrictSerializer):
    """One action on the tasks named, or on all that match a filter."""

    action = serializers.ChoiceField(choices=sorted(steering.VERBS))
    ids = Several(child=Id(), required=False, min_length=1, max_length=500)
    filter = serializers.DictField(required=False)

    def validate(self, attrs: Any) -> Any:
        """Either ids or a filter; raises ValidationError."""
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError(
                {"ids": ["Name the tasks by “ids”, or all that match by a “filter”."]}
            )
        return attrs


class HistorySerializer(serializers.Serializer[Any]):
    """The query of a history: the version after which it begins."""

    after = serializers.IntegerField(required=False, default=0, min_value=0)


class WaitSerializer(serializers.Serializer[Any]):
    """The query of a long poll, which has been waited for already."""

    wait = serializers.IntegerField(required=False, min_value=0, max_value=60)
    version = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST)


class StatisticsSerializer(serializers.Serializer[Any]):
    """The query of the statistics."""

    range = serializers.ChoiceField(list(RANGES), required=False, default=USUAL)
    operation = Text(required=False, default="", allow_blank=True, max_length=100)


def read(form: type[serializers.Serializer[Any]], given: Any) -> Any:
    """Return what `given`, a body or a query, says; raises ValidationError."""
    asked = form(data=given)
    asked.is_valid(raise_exception=True)
    return asked.validated_data
