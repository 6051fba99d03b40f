"""Whatever workers, keepers and people do in whatever order, the rules hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.test import override_settings
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tasks_app import lifecycle
from tasks_app.errors import LeaseLostError, TaskError
from tasks_app.models import Task, TaskEvent
from tasks_app.models.wire import whole_wire
from tasks_app.statuses import FINAL, TRANSITIONS, Status
from tests.conftest import ORIGIN

ACTIONS: dict[str, Callable[..., Any]] = {
    "cancel": lifecycle.cancel,
    "pause": lifecycle.pause,
    "resume": lifecycle.resume,
}
WRITES: dict[str, Callable[[Task], Any]] = {
    "renew": lifecycle.renew,
    "step": lambda task: lifecycle.step(task, key="k", message="m", data={}),
    "progress": lambda task: lifecycle.progress(
        task, current=1, total=2, message="half"
    ),
    "error": lambda task: lifecycle.note_error(task, message="bad", row=1),
    "position": lambda task: lifecycle.save_position(task, position=1),
}
ENDINGS: dict[str, Callable[[Task], Any]] = {
    "complete": lambda task: lifecycle.complete(task, result={}),
    "fail": lambda task: lifecycle.fail(task, code="x", message="x"),
    "release": lambda task: lifecycle.release(task, delay=0, code="x", message="x"),
}


class Lifecycle(RuleBasedStateMachine):
    """Holders keep what they were given, as real workers do, however stale it gets."""

    holders = Bundle("holders")
    seen = Bundle("seen")  # rows as a keeper or a person read them some time ago

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[Task] = []
        self.known: dict[Any, tuple[int, int]] = {}  # version, attempt
        self.told: dict[Any, dict[str, Any]] = {}  # task and version to what it shows
        self.live: dict[Any, tuple[Any, ...]] = {}  # who may write: task to token
        self.owner, _ = User.objects.get_or_create(username="machine")

    @initialize()
    def begin(self) -> None:
        self.create()

    @rule()
    def create(self) -> None:
        if len(self.tasks) < 5:
            fields = {"operation": "x", "title": "x", "owner": self.owner}
            self.tasks.append(lifecycle.create(origin=ORIGIN, **fields))

    @rule(target=holders, which=st.integers(0, 4), ended=st.booleans())
    def claim(self, which: int, *, ended: bool) -> Task | None:
        task = self.tasks[which % len(self.tasks)]
        was = Task.objects.filter(pk=task.pk).values_list("status", flat=True).first()
        engine = {**settings.SIGHTLINE, "LEASE_SECONDS": -1 if ended else 60}
        with override_settings(SIGHTLINE=engine):
            claimed = lifecycle.claim(str(task.pk), worker="w")
        assert (claimed is not None) == (was == Status.PENDING)
        if claimed is not None:
            self.live[task.pk] = (claimed.attempt, claimed.lease_token)
        return claimed

    @rule(target=seen, which=st.integers(0, 4))
    def look(self, which: int) -> Task | None:
        task = self.tasks[which % len(self.tasks)]
        return Task.objects.filter(pk=task.pk).first()

    @rule(holder=holders, write=st.sampled_from(sorted(WRITES)))
    def write(self, holder: Task | None, write: str) -> None:
        self._as_holder(holder, WRITES[write], ends=False)

    @rule(holder=holders, ending=st.sampled_from(sorted(ENDINGS)))
    def end(self, holder: Task | None, ending: str) -> None:
        self._as_holder(holder, ENDINGS[ending], ends=True)

    @rule(holder=holders)
    def obey(self, holder: Task | None) -> None:
        self._as_holder(holder, lifecycle.obey, ends=True)

    @rule(row=seen)
    def expire(self, row: Task | None) -> None:
        if row is not None and row.lease_token is not None:
            moved = lifecycle.expire(row)
            if moved is not None:
                assert self.live.pop(row.pk) == (row.attempt, row.lease_token)

    @rule(row=seen, action=st.sampled_from(sorted(ACTIONS)), strict=st.booleans())
    def steer(self, row: Task | None, action: str, *, strict: bool) -> None:
        if row is not None:
            expected = row.version if strict else None
            with suppress(TaskError):
                ACTIONS[action](row, origin=ORIGIN, expected_version=expected)

    @rule(row=seen)
    def retry(self, row: Task | None) -> None:
        if row is not None:
            with suppress(TaskError):
                lifecycle.retry(row, attempts=3, origin=ORIGIN)

    @rule(row=seen)
    def delete(self, row: Task | None) -> None:
        if row is not None:
            with suppress(TaskError):
                lifecycle.delete(row)

    @invariant()
    def every_change_that_can_be_seen_raises_the_version(self) -> None:
        for task in Task.objects.filter(pk__in=[task.pk for task in self.tasks]):
            version, attempt = self.known.get(task.pk, (0, 0))
            assert task.version >= version
            assert task.attempt >= attempt
            self.known[task.pk] = (task.version, task.attempt)
            shown = visible(task)
            assert self.told.setdefault((task.pk, task.version), shown) == shown

    @invariant()
    def the_history_agrees_with_the_row(self) -> None:
        for task in Task.objects.filter(pk__in=[task.pk for task in self.tasks]):
            events = list(task.events.order_by("id"))
            versions = [event.version for event in events]
            assert versions == sorted(set(versions))
            assert versions[-1] <= task.version
            moves = [event for event in events if event.kind == "status"]
            assert moves[-1].to_status == task.status
            assert_legal(moves)

    def _as_holder(
        self, holder: Task | None, verb: Callable[[Task], Any], *, ends: bool
    ) -> None:
        """A write lands exactly when the attempt is still the holder's."""
        if holder is None:
            return
        holds = self.live.get(holder.pk) == (holder.attempt, holder.lease_token)
        before = state_of(holder)
        try:
            verb(holder)
        except LeaseLostError:
            assert not holds
            assert state_of(holder) == before
        else:
            assert holds
            if ends:
                del self.live[holder.pk]


def assert_legal(moves: list[TaskEvent]) -> None:
    """Each move starts where the one before ended, and is in the table."""
    assert (moves[0].from_status, moves[0].to_status) == ("", Status.PENDING)
    endings: dict[int, int] = {}
    for before, move in pairwise(moves):
        assert move.from_status == before.to_status
        assert move.to_status in TRANSITIONS[Status(move.from_status)]
        assert move.attempt >= before.attempt
        if move.to_status in FINAL and move.from_status == Status.PROCESSING:
            endings[move.attempt] = endings.get(move.attempt, 0) + 1
    assert all(count == 1 for count in endings.values())


def visible(task: Task) -> dict[str, Any]:
    """What watchers are shown; after every change its place in the feed moves too."""
    wire = whole_wire(task, AnonymousUser(), large=True)
    return {**wire, "actions": task.legal_actions, "feed_position": task.feed_position}


def state_of(task: Task) -> tuple[Any, ...]:
    row = Task.objects.filter(pk=task.pk).values().first()
    return row, TaskEvent.objects.filter(task=task.pk).count()


@pytest.mark.django_db
def test_the_rules_hold_whatever_happens() -> None:
    run_state_machine_as_test(
        Lifecycle,
        settings=hypothesis_settings(
            max_examples=40,
            stateful_step_count=35,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
