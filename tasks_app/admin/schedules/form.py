"""The form of a schedule: what is typed, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.crypto import salted_hmac

from tasks_app.admin.new_form import Mistake
from tasks_app.admin.parameters import Field, fields_of, values_of
from tasks_app.models.queries import PAYLOAD
from tasks_app.models.schedule import Missed, Overlap
from tasks_app.operations import registry
from tasks_app.operations.schedules import asked_of, rule_in_words

from .plans import operation_of, params_of
from .policies import Choice, missed, overlap
from .rules import CRON, rule_fields, texts_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import QueryDict

    from tasks_app.models import Schedule
    from tasks_app.operations.registry import Operation

LONGEST_NAME: Final = 200


@dataclass(slots=True)
class Form:
    """What was typed, beside what there was before."""

    schedule: Schedule | None
    user: User | AnonymousUser
    operation: Operation | None = None
    name: Field = field(default_factory=lambda: Field("", "text", ""))
    description: Field = field(default_factory=lambda: Field("", "long", ""))
    rule: dict[str, Field] = field(default_factory=dict)
    params: list[Field] = field(default_factory=list)
    missed: str = Missed.ONCE
    overlap: str = Overlap.ALLOW
    is_on: bool = True
    others: list[str] = field(default_factory=list)  # what is wrong with no field
    operation_errors: list[str] = field(default_factory=list)

    def fill(self, typed: QueryDict | None = None) -> None:
        """Make the controls, with what there is or with what was typed."""
        plan = self.schedule.plan if self.schedule else None
        self.operation = self._chosen(typed)
        self._fill_words(typed)
        texts = texts_of(plan)
        other = rule_in_words(plan) if plan and texts["kind"] == "other" else ""
        self.rule = rule_fields(
            {name: typed.get(name, texts[name]) for name in texts} if typed else texts,
            other=other,
        )
        self._fill_policies(typed)
        if self.operation is not None and not self.is_closed:
            kept = params_of(plan) if plan and self._is_same else None
            self.params = fields_of(self.operation, self._params(typed), params=kept)

    @property
    def is_closed(self) -> bool:
        """Whether the parameters are none of the user's business: they stay."""
        return self.schedule is not None and not self.user.has_perm(PAYLOAD)

    @property
    def operations(self) -> list[Operation]:
        """What may be chosen: a schedule has no file to give, and no owner."""
        if self.is_closed:
            return [self.operation] if self.operation else []
        known = registry.every(user=self.user)
        return [x for x in known if not x.accepts and not x.acts_for_owner]

    @property
    def cron(self) -> list[Field]:
        return [self.rule[name] for name in CRON]

    @property
    def missed_choices(self) -> list[Choice]:
        return missed(self.missed)

    @property
    def overlap_choices(self) -> list[Choice]:
        return overlap(self.overlap)

    @property
    def texts(self) -> dict[str, str]:
        """What is typed of the rule."""
        return {name: each.value.strip() for name, each in self.rule.items()}

    @property
    def has_same_moment(self) -> bool:
        """Whether the moment of a rule for once is the one that the schedule has."""
        before = texts_of(self.schedule.plan if self.schedule else None)
        same = ("kind", "at", "timezone")
        return all(before[name] == self.texts[name] for name in same)

    @property
    def values(self) -> dict[str, Any]:
        """What is typed of the parameters; what has no field stays as it was."""
        plan = self.schedule.plan if self.schedule else None
        kept = params_of(plan) if plan and self._is_same else {}
        if self.operation is None or self.is_closed:
            return kept
        known = {each.outer or each.name for each in self.params}
        rest = {name: value for name, value in kept.items() if name not in known}
        return {**values_of(self.operation, self.params), **rest}

    @property
    def troubles(self) -> dict[str, list[str]]:
        """What cannot even be read, by field."""
        return {each.key: [each.trouble] for each in self.params if each.trouble}

    @property
    def controls(self) -> list[Field]:
        return [self.name, self.description, *self.params, *self.rule.values()]

    @property
    def mistakes(self) -> list[Mistake]:
        """All that is wrong, in the order of the page."""
        return [
            *(Mistake("", "", said) for said in self.others),
            *(Mistake("operation", "Operation", x) for x in self.operation_errors),
            *(
                Mistake(each.key, each.label, said)
                for each in self.controls
                for said in each.errors
            ),
        ]

    def complain(self, errors: dict[str, list[str]]) -> None:
        """Put each sentence beside its field; those without one stay on top."""
        told = {"operation"}
        self.operation_errors = errors.get("operation", [])
        for each in self.controls:
            told |= each.complain(errors)
        rest = (said for key, said in errors.items() if key not in told)
        self.others = [sentence for said in rest for sentence in said]

    @property
    def _is_same(self) -> bool:
        """Whether the operation is the one that the schedule has."""
        return bool(
            self.schedule and self.operation == operation_of(self.schedule.plan)
        )

    def _chosen(self, typed: QueryDict | None) -> Operation | None:
        before = operation_of(self.schedule.plan) if self.schedule else None
        if self.is_closed or typed is None:
            return before or next(iter(self.operations), None)
        named = typed.get("operation", "")
        return next((x for x in self.operations if x.name == named), None)

    def _params(self, typed: QueryDict | None) -> QueryDict | None:
        """Return what was typed, unless it was into the form of another operation."""
        if typed is None or self.operation is None:
            return None
        return typed if typed.get("params_of") == self.operation.name else None

    def _fill_words(self, typed: QueryDict | None) -> None:
        self.name = Field("name", "text", "Name", limits={"maxlength": LONGEST_NAME})
        about = "What it is for, so that others know."
        self.description = Field("description", "long", "Description", about)
        self.name.is_required = True
        for each in (self.name, self.description):
            each.prefix = ""
            plan = self.schedule.plan if self.schedule else None
            before = getattr(plan, each.name, "") or ""
            each.show(before if typed is None else typed.get(each.name, ""))

    def _fill_policies(self, typed: QueryDict | None) -> None:
        if typed is not None:
            self.missed = typed.get("missed", self.missed)
            self.overlap = typed.get("overlap", self.overlap)
            self.is_on = bool(typed.get("enabled"))
        elif self.schedule is not None:
            self.missed, self.overlap = self.schedule.missed, self.schedule.overlap


def seen(schedule: Schedule) -> str:
    """Return a keyed hash of what the form would change, to notice when others did."""
    plan = schedule.plan
    facts = [plan.name, plan.description, asked_of(plan), texts_of(plan)]
    facts += [schedule.missed, schedule.overlap]
    text = json.dumps(facts, sort_keys=True, default=str)
    return salted_hmac("schedule as it was seen", text).hexdigest()
