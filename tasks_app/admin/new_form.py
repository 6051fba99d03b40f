"""The form that starts tasks: what was chosen, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tasks_app.models import Batch, Task
from tasks_app.operations import registry

from .options import options_of
from .parameters import Field, fields_of
from .rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser, User
    from django.http import QueryDict

    from tasks_app.operations.registry import Operation

Errors = dict[str, list[str]]
FILE: Final = "file"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line of the summary on top; `anchor` is the control it leads to, if any."""

    anchor: str
    label: str
    sentence: str


@dataclass(slots=True)
class Form:
    """What was chosen, and what is wrong with it: a list of sentences per field."""

    operation: Operation | None
    token: str = ""
    fields: list[Field] = field(default_factory=list)
    options: list[Field] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)  # those of no control
    refused: dict[int, list[str]] = field(default_factory=dict)  # by number of the file
    started: list[Task] = field(default_factory=list)
    note: str = ""  # why what is there was not typed just now

    def fill(self, typed: QueryDict | None = None) -> None:
        """Make the controls, with their defaults or with what was typed."""
        if self.operation is not None:
            self.fields = fields_of(self.operation, typed)
            self.options = options_of(self.operation, typed)

    def complain(self, errors: Errors) -> None:
        """Put each sentence beside its field; those without one stay on top."""
        told: set[str] = set()
        for each in self.controls:
            told |= each.complain(errors)
        self.errors = {key: said for key, said in errors.items() if key not in told}

    def rows(self, user: User | AnonymousUser) -> list[Row]:
        """Return the tasks that were started, as a list shows them."""
        pks = [task.pk for task in self.started]
        found = {task.pk: task for task in Task.objects.for_list().filter(pk__in=pks)}
        return [Row(found[pk], user) for pk in pks if pk in found]

    @property
    def controls(self) -> list[Field]:
        return [*self.fields, *self.options]

    @property
    def batch(self) -> Batch | None:
        """What several tasks belong to."""
        return self.started[0].batch if len(self.started) > 1 else None

    @property
    def unnumbered(self) -> list[str]:
        """Sentences about the files as a whole."""
        return self.errors.get(FILE, [])

    @property
    def file_errors(self) -> list[str]:
        """Every sentence about a file, in the order of the files."""
        told = [text for _, said in sorted(self.refused.items()) for text in said]
        return [*told, *self.unnumbered]

    @property
    def has_option_errors(self) -> bool:
        """Whether something is wrong that would not be seen while it is folded."""
        return any(each.errors for each in self.options)

    @property
    def mistakes(self) -> list[Mistake]:
        """Return all that is wrong, in the order of the page."""
        others = {key: said for key, said in self.errors.items() if key != FILE}
        return [
            *(Mistake("", "", text) for said in others.values() for text in said),
            *(Mistake(FILE, "", text) for text in self.file_errors),
            *(
                Mistake(each.key, each.label, text)
                for each in self.controls
                for text in each.errors
            ),
        ]


def chosen(name: str, user: User | AnonymousUser) -> Operation | None:
    """Return the operation asked for; else the first that takes files, else any.

    One that anybody may use comes before one that needs a permission.
    """
    known = sorted(registry.every(user=user), key=lambda each: bool(each.permission))
    named = [each for each in known if each.name == name]
    takers = [each for each in known if each.accepts]
    return next(iter([*named, *takers, *known]), None)


def merged(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> Errors:
    """Return the sentences of both."""
    return {key: [*one.get(key, []), *other.get(key, [])] for key in {**one, **other}}
