"""Variants of a name become one, and nobody is taken for another."""

from __future__ import annotations

import random
import string
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tasks_app.models import Task
from tasks_app.operations.files.names import entities
from tasks_app.operations.files.names.entities import resolve
from tests.operations.files.conftest import artifact, result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server


@pytest.mark.parametrize(
    "names",
    [
        ["ACME Pty Ltd", "Acme Pty. Limited", "acme pty ltd."],
        ["Müller GmbH", "Muller G.m.b.H."],
        ["Globex Corporation", "Globex Corp.", "Globex"],
        ["Smith & Sons", "Smith and Sons"],
        ["The Book Shop", "Book Shop"],
        ["Woolworths Limited", "Woolwoths Ltd"],
    ],
    ids=lambda names: names[0],
)
def test_these_are_one(names: list[str]) -> None:
    counted = Counter({name: 9 - place for place, name in enumerate(names)})

    ((first, variants),) = resolve(counted).items()

    assert first == names[0]  # what most rows say
    assert [variant.name for variant in variants] == names
    assert all(variant.reason for variant in variants)


@pytest.mark.parametrize(
    "names",
    [
        ["Acme Ltd", "Acme Inc"],
        ["Store 12 Sydney", "Store 13 Sydney"],
        ["WSP Australia Pty Ltd", "WTP Australia Pty Ltd"],
        ["Abbott", "AbbVie"],
        ["", "  "],
    ],
    ids=lambda names: names[0],
)
def test_these_are_not(names: list[str]) -> None:
    assert resolve(Counter(names)) == {}


def test_a_bare_name_between_two_legal_forms_stays_alone() -> None:
    groups = resolve(Counter(["Acme Ltd", "Acme Limited", "Acme Inc", "Acme"]))

    (variants,) = groups.values()
    assert {variant.name for variant in variants} == {"Acme Ltd", "Acme Limited"}


def test_fifty_thousand_names_take_seconds() -> None:
    chance = random.Random(1)
    letters = string.ascii_lowercase + "   "
    names = ["".join(chance.choices(letters, k=14)) for _ in range(50_000)]
    began = time.process_time()

    resolve(Counter(names))

    assert time.process_time() - began < 30


def test_the_original_column_stays_and_the_evidence_is_told(
    run_file: Callable[..., Task], write: Callable[..., Path]
) -> None:
    names = ["ACME Pty Ltd", "Acme Pty. Limited", "ACME Pty Ltd", "Globex"]
    task = run_file(write("no,Supplier\n" + "".join(f"1,{n}\n" for n in names)))

    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert frame["Supplier"].to_list() == names
    entity = ["ACME Pty Ltd"] * 3 + ["Globex"]
    assert frame["Supplier_entity"].to_list() == entity
    found = result_of(task)["tables"][0]["entities"]["Supplier"]
    assert (found["names"], found["entities"]) == (3, 2)
    (group,) = found["groups"]
    assert [v["rows"] for v in group["variants"]] == [2, 1]
    sheet = openpyxl.load_workbook(artifact(task, "report.xlsx"))["Entities"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[1][:4] == ("Supplier", "ACME Pty Ltd", "Acme Pty. Limited", "1")


def test_a_column_of_too_many_names_is_no_list_of_them(
    run_file: Callable[..., Task],
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entities, "MOST_NAMES", 3)
    task = run_file(write("no,Supplier\n" + "".join(f"1,Shop {n}x\n" for n in "abcd")))

    assert result_of(task)["tables"][0]["entities"] == {}
