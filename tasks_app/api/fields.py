"""Fields that take values of their own type only: `5` is no text, `"5"` no number.

DRF would turn one into the other. In a form everything is text, and is read as such.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.utils import html


class Written(serializers.Field[Any, Any, Any, Any]):
    """What only a text can hold."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the value; raises ValidationError for what is no text."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Text(Written, serializers.CharField):
    """A text."""


class Whole(serializers.IntegerField):
    """A whole number."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError for what is none."""
        is_form = html.is_html_input(getattr(self.root, "initial_data", None))
        if not is_form and not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.FloatField):
    """A number."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number; raises ValidationError for what is none."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Word(Written, serializers.SlugField):
    """Letters, digits, `-` and `_`."""


class Id(Written, serializers.UUIDField):
    """The id of a task."""


class Several(serializers.ListField):
    """A list, which is counted before it is looked at, and refused at its first fault.

    DRF would look at each of a million to say at last that they are too many.
    """

    def run_child_validation(self, data: Any) -> Any:
        """Return the values; raises ValidationError for the first that is wrong."""
        if len(data) > (self.max_length or len(data)):
            self.fail("max_length", max_length=self.max_length, length=len(data))
        values = []
        for number, item in enumerate(data):
            try:
                values.append(self.child.run_validation(item))
            except serializers.ValidationError as error:
                raise serializers.ValidationError({str(number): error.detail}) from None
        return values
