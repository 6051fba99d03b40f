"""What a paused task waits to be told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ChoiceShape(serializers.Serializer[Any]):
    """An answer that a task takes."""

    value = serializers.CharField()
    label: Any = serializers.CharField()  # DRF has the name, too
    description = serializers.CharField(allow_blank=True)


class QuestionShape(serializers.Serializer[Any]):
    """What a paused task waits to be told; answer with the `value` of a choice."""

    text = serializers.CharField()
    choices = ChoiceShape(many=True)
