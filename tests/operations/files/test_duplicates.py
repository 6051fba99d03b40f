"""A file that was processed before, wholly or in part, is known again."""

from __future__ import annotations

import csv
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.contrib.auth.models import User

from tasks_app import lifecycle
from tasks_app.events import Origin, Source
from tasks_app.models import Fingerprint, Task
from tasks_app.operations.files.comparing import delta, related
from tests.conftest import ORIGIN
from tests.operations.files.conftest import REAL_DATA, artifact, result_of, run_task

Run = Callable[..., Task]
Write = Callable[..., Path]
HEAD = "id,day,payee,amount\n"


def lines(first: int, last: int, *, amount: str = "1.50") -> str:
    return "".join(f"{n},2025-01-02,Shop {n},{amount}\n" for n in range(first, last))


def ask(run: Run, path: Path, wish: str, **fields: Any) -> Task:
    return run(path, params={"on_duplicate": wish}, **fields)


def test_a_similar_file_is_told_in_percent_with_its_differences(
    run_file: Run, write: Write
) -> None:
    first = run_file(write(HEAD + lines(0, 100), name="may.csv"))
    later = lines(2, 99) + lines(99, 100, amount="9.99") + lines(200, 203)

    again = run_file(write(HEAD + later, name="june.csv"))

    result = result_of(again)
    assert result["related"]["kind"] == "near"
    assert result["related"]["task"] == str(first.pk)
    counts = {"new": 3, "changed": 1, "gone": 2, "unchanged": 97}
    assert counts.items() <= result["differences"].items()
    assert result["differences"]["keys"] == ["id"]
    event = again.events.get(step="near_duplicate_found")
    percent = int(event.data["similarity_score"] * 100)
    assert event.message.startswith(f"Found a {percent}% match")
    told = again.events.get(step="delta_analysis_complete").message
    assert told == "Spotted the differences: 3 new rows, 97 I already know"
    assert again.status == "completed"  # nobody asked to be asked


def test_the_changes_are_listed_cell_by_cell(run_file: Run, write: Write) -> None:
    run_file(write(HEAD + lines(0, 20)))
    changed = lines(1, 19) + lines(19, 20, amount="7.00") + lines(30, 31)
    task = run_file(write(HEAD + changed, name="b.csv"))

    rows = pl.read_parquet(artifact(task, "changes.parquet")).sort("change", "id")
    found = rows.select("change", "row", "earlier_row", "what", "id").rows()
    assert found == [
        ("changed", 19, 20, "amount: 1.50 → 7.00", "19"),
        ("gone", None, 1, "", "0"),
        ("new", 20, None, "", "30"),
    ]
    sheet = openpyxl.load_workbook(artifact(task, "report.xlsx"))["Changes"]
    assert sheet.max_row == 4


def test_columns_that_moved_make_no_row_new(run_file: Run, write: Write) -> None:
    run_file(write("id,payee,amount\n1,Shop,2.50\n2,Bar,3.50\n"))
    task = run_file(write("amount,id,Payee\n2.50,1,Shop\n3.50,2,Bar\n", name="b.csv"))

    result = result_of(task)
    assert (result["related"]["kind"], result["related"]["similarity"]) == ("near", 1)
    assert result["differences"]["unchanged"] == 2
    assert result["differences"]["columns"] == [
        {"added": [], "gone": [], "moved": True}
    ]


def test_an_overlap_is_told_and_asks_nothing(run_file: Run, write: Write) -> None:
    run_file(write(HEAD + lines(0, 50)))
    task = ask(run_file, write(HEAD + lines(40, 140), name="b.csv"), "ask")

    assert task.status == "completed"
    related_to = result_of(task)["related"]
    assert (related_to["kind"], related_to["overlap"]) == ("overlap", 0.1)
    told = task.events.get(step="content_duplicate_found").message
    assert told == "This data overlaps with something I already have: 10 rows"


def test_files_of_others_are_never_known(
    run_file: Run, write: Write, bob: User
) -> None:
    run_file(write(HEAD + lines(0, 30)), owner=bob)
    task = run_file(write(HEAD + lines(0, 31), name="b.csv"))

    assert result_of(task)["related"] == {}
    assert not task.artifacts.filter(name="changes.parquet").exists()


def test_only_the_new_rows(run_file: Run, write: Write) -> None:
    run_file(write(HEAD + lines(0, 20)))
    more = lines(0, 19) + lines(19, 20, amount="8.00") + lines(50, 52)
    task = ask(run_file, write(HEAD + more, name="b.csv"), "new_rows")

    assert result_of(task)["decision"] == "new_rows"
    said = task.events.get(kind="step", step="complete").message
    assert said.startswith("Done! I've kept 3 rows of b.csv")
    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert frame["id"].to_list() == [19, 50, 51]


def test_only_the_new_rows_of_a_file_that_overlaps(run_file: Run, write: Write) -> None:
    run_file(write(HEAD + lines(0, 50)))
    task = ask(run_file, write(HEAD + lines(40, 140), name="b.csv"), "new_rows")

    assert (task.status, result_of(task)["decision"]) == ("completed", "new_rows")
    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert frame["id"].to_list() == list(range(50, 140))


def test_of_the_same_file_there_are_no_new_rows(run_file: Run, write: Write) -> None:
    run_file(write(HEAD + lines(0, 20)))
    task = ask(run_file, write(HEAD + lines(0, 20), name="b.csv"), "new_rows")

    assert (task.status, result_of(task)["decision"]) == ("completed", "skip")
    assert task.artifacts.count() == 0


@pytest.mark.parametrize("copy", ["exact", "near"])
def test_skipping_makes_nothing(run_file: Run, write: Write, copy: str) -> None:
    run_file(write(HEAD + lines(0, 20)))
    rows = lines(0, 20) if copy == "exact" else lines(0, 21)
    task = ask(run_file, write(HEAD + rows, name="b.csv"), "skip")

    assert (task.status, result_of(task)["decision"]) == ("completed", "skip")
    assert task.artifacts.count() == 0
    told = task.events.get(kind="step", step="complete").message
    assert told == "Done! I left b.csv alone, since you have it already"


@pytest.mark.parametrize(("answer", "rows"), [("process", 21), ("new_rows", 1)])
def test_a_question_pauses_and_its_answer_is_done(
    run_file: Run, write: Write, answer: str, rows: int
) -> None:
    run_file(write(HEAD + lines(0, 20), name="may.csv"))
    paused = ask(run_file, write(HEAD + lines(0, 21), name="b.csv"), "ask")

    assert paused.status == "paused"
    assert paused.question is not None
    values = [choice["value"] for choice in paused.question["choices"]]
    assert values == ["skip", "process", "new_rows"]
    assert paused.question["text"].startswith("This file and “may.csv”, which")
    assert " are 95% alike." in paused.question["text"]
    assert paused.artifacts.count() == 0
    task = run_task(lifecycle.answer(paused, choice=answer, origin=ORIGIN))
    assert (task.status, result_of(task)["decision"]) == ("completed", answer)
    assert pl.read_parquet(artifact(task, "cleaned.parquet")).height == rows
    steps = list(task.events.filter(kind="step").values_list("step", flat=True))
    assert steps.count("extracting") == steps.count("near_duplicate_found") == 1


def test_the_earlier_file_is_not_pruned_while_its_rows_are_needed(
    run_file: Run, write: Write, settings: Any
) -> None:
    usual = settings.SIGHTLINE
    settings.SIGHTLINE = {**usual, "TIME_TO_LIVE": -usual["TIME_TO_LIVE"]}
    first = run_file(write(HEAD + lines(0, 20), name="may.csv"))
    settings.SIGHTLINE = usual
    paused = ask(run_file, write(HEAD + lines(0, 21), name="b.csv"), "ask")
    assert (paused.status, lifecycle.prune()) == ("paused", 0)

    task = run_task(lifecycle.answer(paused, choice="new_rows", origin=ORIGIN))

    assert pl.read_parquet(artifact(task, "cleaned.parquet"))["id"].to_list() == [20]
    assert lifecycle.prune() == 1
    assert not Task.objects.filter(pk=first.pk).exists()


def test_rows_of_a_file_that_was_deleted_meanwhile_are_not_taken_for_new(
    run_file: Run, write: Write
) -> None:
    first = run_file(write(HEAD + lines(0, 20), name="may.csv"))
    paused = ask(run_file, write(HEAD + lines(0, 21), name="b.csv"), "ask")
    lifecycle.delete(first)

    task = run_task(lifecycle.answer(paused, choice="new_rows", origin=ORIGIN))

    assert (task.status, task.error_code) == ("failed", "earlier_file_deleted")
    assert "“may.csv” was deleted meanwhile" in task.error_message
    assert not task.artifacts.exists()
    again = run_task(lifecycle.retry(task, attempts=1, origin=ORIGIN))
    assert (again.status, result_of(again)["decision"]) == ("completed", "process")


@pytest.mark.parametrize(("last", "kind"), [(501, "near"), (560, "overlap")])
def test_why_all_rows_are_processed_and_not_only_the_new_ones_is_said(
    run_file: Run, write: Write, settings: Any, last: int, kind: str
) -> None:
    usual = settings.SIGHTLINE
    settings.SIGHTLINE = {**usual, "TIME_TO_LIVE": -usual["TIME_TO_LIVE"]}
    run_file(write(HEAD + lines(480, 500), name="may.csv"))
    settings.SIGHTLINE = usual
    assert lifecycle.prune() == 1

    task = ask(run_file, write(HEAD + lines(480, last), name="b.csv"), "new_rows")

    told = result_of(task)
    assert (task.status, told["related"]["kind"]) == ("completed", kind)
    assert told["decision"] == "process"
    assert told["decision_reason"].startswith(
        "All rows were processed, not only the new ones: “may.csv” was processed so"
        " long ago that its rows are gone"
    )
    rows = pl.read_parquet(artifact(task, "cleaned.parquet")).height
    assert rows == last - 480


def test_a_file_whose_rows_cannot_be_compared_is_said_to_be_so(
    run_file: Run, write: Write
) -> None:
    first = run_file(write(HEAD + lines(0, 20), name="may.csv"))
    assert first.upload is not None
    first.upload.path.unlink()

    told = result_of(
        ask(run_file, write(HEAD + lines(0, 21), name="b.csv"), "new_rows")
    )

    assert told["decision"] == "process"
    assert "the rows of “may.csv” could not be compared" in told["decision_reason"]
    assert result_of(first)["decision_reason"] is None


def test_a_task_started_on_a_page_asks_about_the_same_file(
    submit_file: Run, write: Write
) -> None:
    page = {"origin": Origin(actor="alice", source=Source.ADMIN)}
    first = run_task(submit_file(write(HEAD + lines(0, 5)), **page))
    assert first.status == "completed"

    again = run_task(submit_file(write(HEAD + lines(0, 5), name="b.csv"), **page))

    assert again.status == "paused"
    assert again.question is not None
    values = [choice["value"] for choice in again.question["choices"]]
    assert values == ["skip", "process"]  # there are no new rows


def test_what_a_person_deletes_is_forgotten_and_what_is_pruned_is_not(
    run_file: Run, write: Write, settings: Any
) -> None:
    deleted = run_file(write(HEAD + lines(0, 20), name="0.csv"))
    past = -settings.SIGHTLINE["TIME_TO_LIVE"]
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": past}
    pruned = run_file(write(HEAD + lines(500, 520), name="500.csv"))
    lifecycle.delete(deleted)
    assert lifecycle.prune() == 1

    assert list(Fingerprint.objects.values_list("task", flat=True)) == [pruned.pk]
    again = run_file(write(HEAD + lines(500, 521), name="again.csv"))
    known = result_of(again)["related"]
    assert (known["kind"], known["task"], known["name"]) == ("near", None, "500.csv")
    assert result_of(again)["differences"] is None


@pytest.mark.skipif(
    not REAL_DATA.is_dir() and not os.environ.get("CI"),
    reason="the real files lie beside the checkout, not in it",
)
def test_the_two_company_lists_differ_as_counting_by_hand_says(run_file: Run) -> None:
    names = ["sp500_constituents_earlier.csv", "sp500_constituents.csv"]
    old, new = (
        list(csv.reader((REAL_DATA / name).read_text("utf-8").splitlines()))
        for name in names
    )
    same = Counter(map(tuple, new)) & Counter(map(tuple, old))
    assert same.total() == 400  # the header is one of them
    before = {row[0] for row in old[1:]}
    after = {row[0] for row in new[1:]}

    run_file(REAL_DATA / names[0])
    found = result_of(run_file(REAL_DATA / names[1]))

    assert found["related"]["kind"] == "near"
    assert {k: v for k, v in found["differences"].items() if isinstance(v, int)} == {
        "unchanged": 399,
        "new": len(after - before),
        "gone": len(before - after),
        "changed": 503 - 399 - len(after - before),
    }


@pytest.mark.parametrize("spread", [1, 1_000])
def test_a_delta_is_exact_for_repeated_rows(spread: int) -> None:
    def digest(numbers: list[int]) -> pl.DataFrame:
        same = pl.Series("one", numbers, dtype=pl.UInt64)
        columns = [same, same.alias("two"), same.alias("key")]
        return pl.DataFrame(columns).with_row_index("place")

    chance = random.Random(spread)
    ours, theirs = (
        [chance.randrange(5 * spread) for _ in range(7 * spread)] for _ in range(2)
    )
    found = delta.compare(digest(ours), digest(theirs), key="")

    more, less = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    assert found.unchanged == (Counter(ours) & Counter(theirs)).total() > 0
    assert Counter(ours[place] for place in found.new) == more
    assert Counter(theirs[place] for place in found.gone) == less
    assert found.changed.is_empty()


def test_only_so_many_earlier_files_are_looked_at(
    run_file: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_file(write(HEAD + lines(0, 20), name="oldest.csv"))
    run_file(write(HEAD + lines(900, 920), name="newest.csv"))
    monkeypatch.setattr(related, "MOST_FILES", 1)

    task = run_file(write(HEAD + lines(0, 21), name="b.csv"))

    assert result_of(task)["related"] == {}
