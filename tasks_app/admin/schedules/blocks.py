"""What became of slots, as small blocks and as rows: in words, and with its task."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from tasks_app.admin.moments import Moment
from tasks_app.admin.words import counted, lasting
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.models.schedule import Outcome
from tasks_app.operations.schedules import zone_of
from tasks_app.statuses import Status

from .slots import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser, User

SHOWN: Final = 20
Tasks = dict[UUID | None, Task]


@dataclass(frozen=True, slots=True)
class Block:
    """One slot; `task` is the task as far as the reader may see it."""

    run: ScheduleRun
    slot: Slot
    task: Task | None

    @property
    def mark(self) -> str:
        """The status of the task, else the outcome: the name of an icon and a tone."""
        status = self.task.status if self.task else self.run.ended_as
        return str(status or self.run.outcome)

    @property
    def words(self) -> str:
        """What became of it: the status of its task, else the outcome."""
        if self.task is not None:
            return str(self.task.get_status_display())
        if self.run.ended_as:
            return f"{Status(self.run.ended_as).label}, the task is deleted"
        return str(Outcome(self.run.outcome).label)

    @property
    def delay(self) -> str:
        """How long after its slot it was submitted; empty where that says nothing."""
        if self.run.is_manual or self.run.outcome != Outcome.SUBMITTED:
            return ""
        span = self.run.noted_at - self.run.slot
        return lasting(span) if span.total_seconds() >= 1 else "none"

    @property
    def notes(self) -> list[str]:
        """What else is to be said of it."""
        late = [f"{self.delay} late"] if self.run.is_late else []
        return late + (["by hand"] if self.run.is_manual else [])

    @property
    def told(self) -> str:
        """All of it in one line, for who does not see the block."""
        parts = [f"{self.slot.short}: {self.words}", *self.notes]
        message = [self.run.message] if self.run.message else []
        return ". ".join([", ".join(parts), *message])

    @property
    def took(self) -> str:
        """How long the task ran, as far as it ended."""
        task = self.task
        if task is None or task.started_at is None or task.finished_at is None:
            return ""
        return lasting(task.finished_at - task.started_at)

    @property
    def moment(self) -> Moment:
        return Moment(self.run.slot)


def blocks(
    schedules: list[Schedule], user: User | AnonymousUser
) -> dict[int, list[Block]]:
    """Return the last slots of each schedule by its id, oldest first: three queries."""
    plans = {schedule.pk: zone_of(schedule.plan) for schedule in schedules}
    runs = _newest(list(plans))
    tasks = seen_tasks(runs, user)
    found: dict[int, list[Block]] = {pk: [] for pk in plans}
    for run in runs:
        slot = Slot(run.slot, plans[run.schedule_id])
        of_it = found[run.schedule_id]
        if len(of_it) < SHOWN:
            of_it.insert(0, Block(run, slot, tasks.get(run.task_id)))
    return found


def page_of_runs(
    schedule: Schedule, user: User | AnonymousUser, *, first: int
) -> list[Block]:
    """Return twenty slots from the `first` newest on, and one more if there is one."""
    runs = list(schedule.runs.order_by("-slot", "-pk")[first : first + SHOWN + 1])
    tasks, zone = seen_tasks(runs, user), zone_of(schedule.plan)
    return [Block(run, Slot(run.slot, zone), tasks.get(run.task_id)) for run in runs]


def summary(shown: Iterable[Block]) -> str:
    """Return what stands out among the blocks: `missed 3 slots, 1 late`."""
    runs = [block.run for block in shown]
    number = {name: sum(run.outcome == name for run in runs) for name in Outcome.values}
    late = sum(run.is_late for run in runs)
    said = {
        f"missed {counted(number[Outcome.MISSED], 'slot')}": number[Outcome.MISSED],
        f"{late} late": late,
        f"{number[Outcome.OVERLAPPED]} left out": number[Outcome.OVERLAPPED],
        f"{number[Outcome.REFUSED]} refused": number[Outcome.REFUSED],
        f"{number[Outcome.WAITING]} waiting": number[Outcome.WAITING],
    }
    return ", ".join(words for words, times in said.items() if times)


def seen_tasks(runs: Iterable[ScheduleRun], user: User | AnonymousUser) -> Tasks:
    """Return the tasks of the runs that `user` may see, by id."""
    columns = ("pk", "title", "status", "started_at", "finished_at", "owner")
    visible = Task.objects.visible_to(user).only(*columns)
    found = visible.in_bulk([run.task_id for run in runs if run.task_id])
    return dict(found.items())


def _newest(pks: list[int]) -> list[ScheduleRun]:
    """Return a little more than the last twenty runs of each, by its index.

    Asked for the slot of the twentieth first: a window over all runs reads all of them.
    """
    if not pks:
        return []
    of_it = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-slot")
    twentieth = Subquery(of_it.values("slot")[SHOWN - 1 : SHOWN])
    bounds = Schedule.objects.filter(pk__in=pks).annotate(since=twentieth)
    wanted = Q()
    for pk, since in bounds.values_list("pk", "since"):
        kept: dict[str, Any] = {"slot__gte": since} if since else {}
        wanted |= Q(schedule=pk, **kept)
    return list(ScheduleRun.objects.filter(wanted).order_by("-slot", "-pk"))


def split(found: list[Block]) -> tuple[list[Block], bool]:
    """Return what a page shows, and whether there is more."""
    return list(islice(found, SHOWN)), len(found) > SHOWN
