"""Fields that take values of their own type only: `5` is no text, `"5"` no number.

DRF would turn one into the other. In a form everything is text, and is read as such.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.utils import html


class Text(serializers.CharField):
    """A text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raises ValidationError for what is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


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


class Word(serializers.SlugField):
    """Letters, digits, `-` and `_`."""

    def to_internal_value(self, data: Any) -> str:
        """Return the word; raises ValidationError for what is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Id(serializers.UUIDField):
    """The id of a task."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the id; raises ValidationError for what is none."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)
