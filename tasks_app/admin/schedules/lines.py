"""A schedule as the list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from tasks_app.models import Schedule
from tasks_app.models.schedule import Outcome
from tasks_app.operations.schedules import complaint, cron_of, rule_in_words

from .blocks import Block, blocks, summary
from .plans import operation_of, operation_title
from .rights import may_run
from .slots import Due, due

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True, slots=True)
class Line:
    """What the template needs besides the columns."""

    schedule: Schedule
    blocks: list[Block]
    may_run: bool
    due: Due

    @property
    def is_on(self) -> bool:
        return bool(self.schedule.plan.enabled)

    @property
    def rule(self) -> str:
        return rule_in_words(self.schedule.plan)

    @property
    def trouble(self) -> str:
        """Why the rule cannot be read, in sentences; empty for one that is well."""
        return complaint(self.schedule.plan)

    @property
    def end(self) -> str:
        """How a rule for once that is over came to its end; empty for others."""
        once = self.schedule.plan.clocked
        if once is None or self.is_on or once.clocked_time > timezone.now():
            return ""
        ran = any(
            block.run.slot == once.clocked_time
            and block.run.outcome == Outcome.SUBMITTED
            for block in self.blocks
        )
        return "Done: it was to run once" if ran else "Over: its moment has passed"

    @property
    def cron(self) -> str:
        """The five fields; empty for a rule that has none."""
        return cron_of(self.schedule.plan)

    @property
    def operation(self) -> str:
        return operation_title(self.schedule.plan)

    @property
    def is_lost(self) -> bool:
        """Whether the operation is not installed any more."""
        return operation_of(self.schedule.plan) is None

    @property
    def last(self) -> Block | None:
        return self.blocks[-1] if self.blocks else None

    @property
    def summary(self) -> str:
        return summary(self.blocks)


def line(schedule: Schedule, user: User | AnonymousUser) -> Line:
    """Return the line of one schedule."""
    return lines([schedule], user)[0]


def lines(schedules: list[Schedule], user: User | AnonymousUser) -> list[Line]:
    """Return the lines, in the order of the schedules."""
    runs = blocks(schedules, user)
    return [
        Line(
            each,
            runs[each.pk],
            may_run(user, each),
            due(each) if each.plan.enabled else Due(None),
        )
        for each in schedules
    ]
