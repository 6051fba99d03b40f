"""The attempts of a task on its page, and the last runs of its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks_app import lifecycle
from tasks_app.admin.attempts import WIDTH
from tasks_app.models import Batch
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, fresh, let_leases_end

from .places import LIST, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

    from tasks_app.models import Task

BUSY: dict[str, Any] = {
    "code": "busy",
    "message": "It was busy.",
    "detail": "in line 7",
}
GONE: dict[str, Any] = {"code": "gone", "message": "It went.", "detail": "in line 9"}


@pytest.fixture
def failed_twice(make_task: Callable[..., Task]) -> Task:
    """A task whose two attempts failed, each for its own reason."""
    task = make_task()
    lifecycle.release(claim(task), delay=0, **BUSY)
    lifecycle.fail(claim(task, worker="worker-2"), **GONE)
    return fresh(task)


def attempts(browser: Client, task: Task) -> Any:
    return browser.get(page_of(task)).context["attempts"]


def test_each_attempt_has_its_own_error_worker_and_result(
    desk: Client, failed_twice: Task
) -> None:
    second, first = attempts(desk, failed_twice)

    assert (first.number, first.result, first.error, first.detail, first.worker) == (
        1,
        "Failed, tried again",
        "It was busy.",
        "in line 7",
        "worker-1",
    )
    assert (second.number, second.result, second.error, second.detail) == (
        2,
        "Failed",
        "It went.",
        "in line 9",
    )


def test_only_the_newest_detail_is_open(desk: Client, failed_twice: Task) -> None:
    content = desk.get(page_of(failed_twice)).content.decode()

    assert content.count('data-key="detail" open') == 1
    assert content.index('data-key="detail" open') < content.index("in line 9")
    assert content.index("in line 9") < content.index("in line 7")


def test_details_are_for_who_may_see_payloads(
    open_as: Callable[[User], Client],
    clerk: User,
    grant: Callable[[User, str], User],
    failed_twice: Task,
) -> None:
    viewer = open_as(grant(clerk, "view_task"))

    assert [each.detail for each in attempts(viewer, failed_twice)] == ["", ""]
    assert [each.error for each in attempts(viewer, failed_twice)] == [
        "It went.",
        "It was busy.",
    ]
    assert "in line" not in viewer.get(page_of(failed_twice)).content.decode()


def test_the_spans_follow_each_other_on_one_axis(
    desk: Client, failed_twice: Task
) -> None:
    second, first = attempts(desk, failed_twice)

    assert 0 <= first.left <= second.left
    assert second.left + second.width <= WIDTH + 6
    content = desk.get(page_of(failed_twice)).content.decode()
    assert content.count('class="track"') == 2
    assert "style=" not in content


def test_a_running_attempt_reaches_to_now(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    [attempt] = attempts(desk, make_claimed())

    assert (attempt.result, attempt.status) == ("Running", "processing")
    assert attempt.left + attempt.width >= WIDTH


def test_the_other_ways_to_end_an_attempt_have_words_of_their_own(
    desk: Client, make_claimed: Callable[..., Task], settings: Any
) -> None:
    held = make_claimed()
    lifecycle.pause(held, origin=ORIGIN)
    lifecycle.obey(fresh(held))
    done = make_claimed()
    lifecycle.complete(done, result=None)
    let_leases_end(settings)
    lost = make_claimed()
    lifecycle.expire(lost)

    results = [attempts(desk, task)[0].result for task in (held, done, lost)]

    assert results == ["Paused", "Completed", "Worker lost"]
    assert "stopped answering" in attempts(desk, lost)[0].error


def test_the_last_runs_are_those_that_began_the_newest_first(
    desk: Client, make_task: Callable[..., Task], make_claimed: Callable[..., Task]
) -> None:
    make_claimed("workshop.slow")
    done = [make_claimed(title=f"run {n}") for n in range(12)]
    for task in done[:-1]:
        lifecycle.complete(task, result=None)
    make_task(title="waits")

    runs = desk.get(page_of(done[5])).context["runs"]

    assert [run.title for run in runs] == [f"run {n}" for n in range(11, 1, -1)]
    assert [run.pk for run in runs if run.is_this] == [done[5].pk]
    assert (runs[0].took, runs[0].label, runs[1].label) == (
        "running",
        "Processing",
        "Completed",
    )
    assert runs[0].left > runs[-1].left == 0


def test_a_run_that_is_paused_is_not_said_to_be_running(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    lifecycle.pause(task, origin=ORIGIN)
    lifecycle.obey(fresh(task))

    [run] = desk.get(page_of(task)).context["runs"]

    assert run.took == "paused"


def test_runs_and_retries_of_others_are_not_shown(
    open_as: Callable[[User], Client],
    clerk: User,
    make_claimed: Callable[..., Task],
    make_task: Callable[..., Task],
) -> None:
    make_claimed(title="of alice")
    mine = make_claimed(title="mine", owner=clerk)
    make_task(title="a hidden retry", retry_of=mine)

    page = open_as(clerk).get(page_of(mine))

    assert [run.title for run in page.context["runs"]] == ["mine"]
    assert list(page.context["retries"]) == []


def test_batch_and_kin_are_linked(
    desk: Client, alice: User, make_claimed: Callable[..., Task]
) -> None:
    batch = Batch.objects.create(title="March", owner=alice)
    task = make_claimed(title="first", batch=batch)
    lifecycle.fail(task, code="x", message="It broke.")
    again = make_claimed(title="second", retry_of=task)

    first, second = (desk.get(page_of(each)).content.decode() for each in (task, again))

    assert f'href="{LIST}?batch={batch.pk}">March</a>' in first
    assert f'href="{page_of(again)}">second</a>' in first
    assert f'href="{page_of(task)}">first</a>' in second


def test_a_page_costs_the_same_whatever_the_history(
    desk: Client,
    make_claimed: Callable[..., Task],
    django_assert_max_num_queries: Any,
) -> None:
    task = make_claimed()
    for _ in range(5):
        lifecycle.release(task, delay=0, **BUSY)
        task = claim(task)
    desk.get(page_of(task))

    with django_assert_max_num_queries(14):
        desk.get(page_of(task))
