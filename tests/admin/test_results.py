"""What a task returned, on its page: in words, by the shape and the names of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks_app import lifecycle
from tasks_app.admin.results import Block, parameters, result
from tasks_app.operations import registry

from .places import page_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.contrib.auth.models import User
    from django.test import Client

    from tasks_app.admin.results.tables import Table
    from tasks_app.models import Task

ODD = "01a20000-0000-7000-8000-000000000000"


def shown(value: Any) -> Block:
    block = result(value, {}, {})
    assert block is not None
    return block


def facts(block: Block) -> dict[str, str]:
    return {each.name: each.said.text for each in [*block.figures, *block.facts]}


def grid(table: Table) -> list[list[str]]:
    return [[cell.said.text for cell in row] for row in [table.header, *table.rows]]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("rows", 1204, ("Rows", "1,204")),
        ("total", "-1639045606.97", ("Total", "-1,639,045,606.97")),
        ("ratio", 0.1 + 0.2, ("Ratio", "0.3")),
        ("tiny", 0.0000123, ("Tiny", "1.23e-05")),
        ("clean", True, ("Clean", "yes")),
        ("empty_share", 0.3511, ("Empty share", "35.1 %")),
        ("similarity", 0.99999, ("Similarity", "99.9 %")),
        ("overlap", 1.0, ("Overlap", "100 %")),
        ("failure_rate", 0.0004, ("Failure rate", "< 0.1 %")),
        ("exchange_rate", 0.92, ("Exchange rate", "0.92")),
        ("share", 12, ("Share", "12")),
        ("spare_bytes", 73_890_463, ("Spare", "70.5\xa0MB")),
        ("bytes", 0, ("Size", "0\xa0bytes")),
        ("answered_in_ms", 5.3, ("Answered in", "5.3 ms")),
        ("answered_in_ms", 65_000, ("Answered in", "1 min 5 s")),
        ("lag_seconds", 3_725, ("Lag", "1 h 2 min")),
        ("lag_seconds", 1e300, ("Lag", f"{1e300:,}")),
        ("seen_seconds_ago", 6.0, ("Seen", "6.0 s ago")),
        ("day", "2026-11-02", ("Day", "2 Nov 2026")),
        ("day", "2026-02-30", ("Day", "2026-02-30")),
        ("at", "2026-11-02T08:05:00+02:00", ("At", "2 Nov 2026, 06:05:00 UTC")),
        ("at", "9999-12-31T23:59:59-12:00", ("At", "9999-12-31T23:59:59-12:00")),
        ("at", "2026-11-02T08:05:00", ("At", "2026-11-02T08:05:00")),
        ("delimiter", "\t", ("Delimiter", "tab")),
        ("ok", False, ("OK", "no")),
    ],
)
def test_values_are_told_in_words_and_units(
    name: str, value: Any, expected: tuple[str, str]
) -> None:
    assert facts(shown({name: value})) == dict([expected])


def test_numbers_come_first_and_what_says_nothing_is_left_out() -> None:
    nothing: dict[str, Any] = {"none": None, "list": []}
    block = shown({"guessed": False, "size_bytes": 9, "file": "a", "bad": 0, **nothing})

    assert [each.raw for each in block.figures] == ["bad", "size_bytes"]
    assert [each.raw for each in block.facts] == ["file", "guessed"]
    assert result({"none": None, "empty": {}, "deep": {"list": []}}, {}, {}) is None


def test_a_list_of_things_is_a_table() -> None:
    groups = [
        {"why": ["one"], "total": "1639045606.97", "contracts": 1296, "year": "2025"},
        {"why": [], "year": "<b>", "total": None, "contracts": 1, "is_late": True},
    ]

    [table] = shown({"groups": groups * 30}).tables

    assert grid(table)[:3] == [
        ["Year", "Total", "Contracts", "Why", "Is late"],
        ["2025", "1,639,045,606.97", "1,296", "one", ""],
        ["<b>", "", "1", "", "yes"],
    ]
    assert [cell.is_number for cell in table.header] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert (len(table.rows), table.more) == (50, 10)


def test_what_a_table_of_people_holds_is_shown_as_it_is() -> None:
    columns = [{"name": "paid_on", "examples": ["2026-11-02", "0012.50", "new_rows"]}]
    schema = {"properties": {"which": {"enum": ["new_rows", "paid_on"]}}}

    block = result({"columns": columns * 2, "which": "new_rows"}, schema, {})

    assert block is not None
    assert grid(block.tables[0])[1] == ["paid_on", "2026-11-02, 0012.50, new_rows"]
    [which] = block.facts
    assert (which.said.text, which.said.raw) == ("New rows", "new_rows")


def test_objects_that_know_the_same_are_compared_in_one_table() -> None:
    checks = {
        "all_is_well": True,
        "redis": {"ok": True, "answered_in_ms": 5.0, "wrong": None},
        "broker": {"ok": False, "answered_in_ms": 13.9, "wrong": "It is full"},
        "disk": {"answered_in_ms": 0.2, "free_share": 0.27, "ok": True},
    }

    [table] = shown(checks).tables

    assert grid(table) == [
        ["", "OK", "Answered in", "More"],
        ["Redis", "yes", "5 ms", ""],
        ["Broker", "no", "13.9 ms", "Wrong: It is full"],
        ["Disk", "yes", "0.2 ms", "Free share: 27 %"],
    ]


def test_what_has_more_facts_than_objects_is_compared_side_by_side() -> None:
    day = {"started": 1204, "failed": 3, "failure_rate": 0.002, "slowest_seconds": 61}
    before = {"started": 900, "failed": 0, "failure_rate": 0, "slowest_seconds": None}

    [table] = shown(
        {"totals": day, "day_before": before, "change": {"started": 304, "failed": 3}}
    ).tables

    assert grid(table) == [
        ["", "Totals", "Day before", "Change"],
        ["Started", "1,204", "900", "304"],
        ["Failed", "3", "0", "3"],
        ["Failure rate", "0.2 %", "0 %", ""],
        ["Slowest", "1 min 1 s", "", ""],
    ]


def test_objects_that_know_different_things_are_blocks() -> None:
    block = shown(
        {
            "platform": {"name": "a", "reason": "b"},
            "document": {"type": "c", "why": "d"},
        }
    )

    assert not block.tables
    assert {each.name: facts(each) for each in block.inner} == {
        "Platform": {"Name": "a", "Reason": "b"},
        "Document": {"Type": "c", "Why": "d"},
    }


def test_groups_stand_beside_their_members() -> None:
    members = [{"name": "One#", "n": 15}, {"name": "1", "n": 2}]
    groups = [
        {"name": "One", "members": members},
        {"name": "Acme", "members": [{"name": "ACME", "n": 1}]},
    ]

    [table] = shown({"groups": groups}).tables

    assert grid(table) == [
        ["Name", "Members: name", "N"],
        ["One", "One#", "15"],
        ["1", "2"],
        ["Acme", "ACME", "1"],
    ]
    assert table.rows[0][0].rows == 2


def test_the_only_one_of_a_list_does_not_say_again_what_is_said() -> None:
    columns = [{"name": "a", "type": "text"}] * 11
    tables = [{"rows": 503, "blank": 2, "columns": columns}]

    [block] = shown({"rows": 503, "tables": tables}).inner

    assert (block.name, facts(block)) == ("Tables", {"Blank": "2"})
    assert block.tables[0].is_long


def test_what_is_long_is_folded_and_what_is_deep_is_json(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    deep: Any = {"last": [[1]]}
    for _ in range(60):
        deep = {"x": deep, "y": 1}
    task = make_claimed()
    result = {"names": [f"<{n}>" for n in range(40)], "text": "word " * 200, "d": deep}
    lifecycle.complete(task, result=result)

    page = desk.get(page_of(task)).content.decode()

    assert "<summary>&lt;0&gt;, &lt;1&gt;, &lt;2&gt; and 37 more</summary>" in page
    assert "<li>&lt;39&gt;</li>" in page
    assert f"<summary>{('word ' * 16)}…</summary>" in page
    assert '<pre tabindex="0">' in page


@pytest.mark.parametrize(
    "odd",
    [
        *(5, "done", [1, 2], [{"a": 1}, {"a": 2}], [{}, [1]], {"": 1}),
        *({"a": [[], {}]}, {"amount": "9" * 5_000 + ".00"}),
    ],
)
def test_a_result_of_any_shape_has_a_page(
    desk: Client, make_claimed: Callable[..., Task], odd: Any
) -> None:
    task = make_claimed()
    lifecycle.complete(task, result=odd)

    page = desk.get(page_of(task))

    assert page.status_code == 200
    assert '<h2 id="result">Result</h2>' in page.content.decode()


def test_ids_of_tasks_lead_to_them_for_who_may_see_them(
    desk: Client,
    open_as: Callable[[User], Client],
    make_task: Callable[..., Task],
    make_claimed: Callable[..., Task],
    tmp_path: Path,
    bob: User,
    clerk: User,
) -> None:
    hers, his = make_task(title="Hers"), make_task(title="His", owner=bob)
    task = make_claimed(owner=clerk)
    report = tmp_path / "list.csv"
    report.write_text("a")
    lifecycle.add_artifact(task, path=report, name="list.csv", content_type="text/csv")
    ids = [str(hers.pk), str(his.pk), ODD]
    lifecycle.complete(task, result={"same_as": ids[0], "all": ids, "list": "list.csv"})

    seen, hidden = (
        browser.get(page_of(task)).content.decode()
        for browser in (desk, open_as(clerk))
    )

    for each in (hers, his):
        link = f'<a href="{page_of(each)}" title="{each.pk}">{each.title}</a>'
        assert link in seen
        assert link not in hidden
        assert each.title not in hidden
    assert seen.count(f">{hers.title}</a>") == 2
    assert ODD in seen
    assert f'<a href="/api/v1/tasks/{task.pk}/artifacts/' in hidden


def test_parameters_are_told_in_the_words_and_the_order_of_their_schema(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    params = {"filters": {"amount_from": 10}, "order": "name", "by": ["size_class"]}
    task = make_task("contracts.aggregate", params=params)

    answer = desk.get(page_of(task))

    block, page = answer.context["params"], answer.content.decode()
    assert [(each.name, each.said.text) for each in block.facts] == [
        ("Grouped by", "Size class"),
        ("Order", "Name"),
    ]
    assert [(each.name, facts(each)) for each in block.inner] == [
        ("Filters", {"Amount at least": "10"})
    ]
    assert '<dt title="by">Grouped by</dt>' in page
    assert '<span title="size_class">Size class</span>' in page


def test_parameters_of_an_operation_that_is_gone_are_shown_all_the_same(
    desk: Client, make_task: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task("workshop.echo", params={"text": "a_b"})
    monkeypatch.delitem(registry._operations, "workshop.echo")

    [fact] = desk.get(page_of(task)).context["params"].facts

    assert (fact.name, fact.said.text) == ("Text", "a_b")


def test_one_of_many_tells_its_numbers_while_it_is_folded() -> None:
    sheets = [
        {
            "name": name,
            "rows": rows,
            "bad": 0,
            "more": [{"deep": {"er": [1]}}, {"a": 1}],
        }
        for name, rows in (("Orders", 1204), ("", 3))
    ]

    [block] = shown({"sheets": sheets}).inner

    assert [(each.name, each.hint) for each in block.inner] == [
        ("Orders", "rows 1,204, bad 0"),
        ("2", "rows 3, bad 0"),
    ]
    assert all(each.is_folded for each in block.inner)


def test_what_is_very_long_ends_somewhere_and_says_so() -> None:
    months = {f"month {number}": number for number in range(5_000)}
    block = shown({"names": ["x"] * 5_000, "months": months, "deep": [[1]] * 3})

    [names] = block.facts
    inner = {each.name: each for each in block.inner}
    assert (len(names.said.items), names.said.text) == (201, "x, x, x and 4,997 more")
    assert names.said.items[-1].text == "and 4,800 more"
    assert (inner["Months"].hint, inner["Months"].is_folded) == ("5,000 entries", True)
    assert (len(inner["Months"].figures), inner["Months"].more) == (200, 4_800)


def test_objects_of_very_many_facts_are_no_table() -> None:
    facts = {f"fact {number}": number for number in range(5_000)}

    block = shown({"here": facts, "there": facts, "rows": [facts] * 3})

    assert block.tables == []
    assert [each.more for each in block.inner if each.figures] == [4_800, 4_800]


def test_a_schema_that_allows_anything_says_nothing_of_it() -> None:
    schema = {"properties": {"any": {"items": True}, "all": True}}

    block = parameters({"any": ["a", "b"], "all": ["c"]}, schema, {})

    assert block is not None
    assert facts(block) == {"Any": "a, b", "All": "c"}
