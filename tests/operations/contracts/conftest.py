"""Contracts for the tests, and the whole operations run on them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from tasks_app.models import Task
from tasks_app.operations import registry, schema
from tasks_app.operations.contracts import dataset
from tasks_app.operations.contracts.columns import NAMES
from tasks_app.operations.uploads import received
from tests.operations.files.conftest import REAL_DATA, run_task

REAL = REAL_DATA / "act_contracts_2025.csv"
GOOD = {
    "contract_number": "C1",
    "title": "Mowing of parks",
    "directorate": "City Services",
    "status": "Current",
    "execution_date": "2025-03-04",
    "amount": "1000.00",
    "contractor": "Green Pty Ltd",
}


def real_rows() -> list[dict[str, str]]:
    """Return the real contracts as the csv module reads them."""
    with REAL.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contract(number: int = 1, **cells: str) -> dict[str, str]:
    """Return the cells of a good contract, with some of its own."""
    return {**GOOD, "contract_number": f"C{number}", **cells}


def table(rows: Iterable[Mapping[str, str]], *, delimiter: str = ",") -> str:
    """Return the rows as the text of a CSV file."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes contracts, or a text, as a file."""

    def write(content: Any, *, name: str = "contracts.csv", **options: Any) -> Path:
        text = content if isinstance(content, str) else table(content, **options)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write


@pytest.fixture
def submit(
    transactional_db: None,
    make_task: Callable[..., Task],
    settings: Any,
    tmp_path: Path,
) -> Callable[..., Task]:
    """Return a function that makes a pending task of `contracts.NAME`."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def submit(name: str, path: Path | None = None, **params: Any) -> Task:
        kind = registry.find(f"contracts.{name}")
        fields: dict[str, Any] = {"params": schema.check(params, kind.params)}
        if path is not None:
            with (
                path.open("rb") as content,
                received(
                    File(content, name=path.name),
                    name=path.name,
                    owner=None,
                    operation=kind,
                ) as upload,
            ):
                upload.save()
            fields["upload"] = upload
        return make_task(kind.name, **fields)

    return submit


@pytest.fixture
def run(submit: Callable[..., Task]) -> Callable[..., Task]:
    """Return a function that runs `contracts.NAME` to its end and returns the task."""

    def run(name: str, path: Path | None = None, **params: Any) -> Task:
        return run_task(submit(name, path, **params))

    return run


def contracts_now() -> list[tuple[Any, ...]]:
    """Return all contracts of the dataset, in the order of their numbers."""
    import polars as pl

    files = [file for source in dataset.current().sources for file in source.files]
    if not files:
        return []
    frames = [pl.read_parquet(dataset.folder() / file.path) for file in files]
    return sorted(pl.concat(frames).select(NAMES).rows(), key=repr)


def messages(task: Task, kind: str) -> list[str]:
    """Return what the history says of one kind, in order."""
    found = task.events.filter(kind=kind).order_by("version")
    return [event.message for event in found]


def money(text: str) -> Decimal:
    """Return an amount as the dataset has it."""
    return Decimal(text).quantize(Decimal("0.01"))
