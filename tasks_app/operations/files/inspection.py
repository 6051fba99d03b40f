"""The first reading of a file: what it holds, decided from every row of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import polars as pl

from tasks_app.errors import OperationError
from tasks_app.operations.files import entities, hashes
from tasks_app.operations.files.ahead import in_turn
from tasks_app.operations.files.batches import Batch, batches, head
from tasks_app.operations.files.columns import Survey
from tasks_app.operations.files.dialect import Dialect, find_dialect
from tasks_app.operations.files.documents import classify
from tasks_app.operations.files.findings import LISTED, TableFinding
from tasks_app.operations.files.keys import Keys
from tasks_app.operations.files.layout import Layout, find_layout
from tasks_app.operations.files.mixed import MixedSurvey
from tasks_app.operations.files.platforms import find_platform
from tasks_app.operations.files.sketch import Sketch
from tasks_app.operations.files.tables import Record, Table, sheet_tables, text_table

MOST_COLUMNS = 1_000
MOST_GROUPS = 50  # entities whose variants the result lists


def open_tables(
    path: Path, dialect: Dialect | None = None
) -> tuple[list[Table], Dialect | None]:
    """Return the tables of a file, and how it is written if it is a text.

    A `dialect` that is known already is not looked for again. Raises OperationError
    for a workbook that cannot be read.
    """
    if path.suffix.lower() == ".xlsx":
        return sheet_tables(path), None
    dialect = dialect or find_dialect(path)
    return [text_table(path, dialect)], dialect


def outline(table: Table) -> TableFinding:
    """Return what the first rows say: the columns, and what they are typical of.

    A table that is blank has no columns. Raises OperationError for too many of them.
    """
    layout = find_layout(head(table))
    _check_width(layout)
    return TableFinding(
        name=table.name,
        layout=layout,
        columns=[],
        good=0,
        bad=0,
        blank=0,
        platform=find_platform(layout.columns),
        document=classify(layout.columns),
    )


class Inspection:
    """Reads the tables of a file once, and makes sketches of all of their rows."""

    def __init__(self) -> None:
        self.lines = Sketch()
        self.shingles = Sketch()

    def read(
        self, table: Table, found: TableFinding, *, seen: Callable[[int], None]
    ) -> None:
        """Complete what was found; `seen` is told how many rows were read so far."""
        names = found.layout.columns
        surveys = [Survey(name) for name in names]
        keys, people = Keys(), _People(names)

        def survey_all(batch: Batch) -> None:
            for survey in surveys:
                survey.look(batch.frame[survey.name])

        for batch in in_turn(survey_all, batches(table, found.layout)):
            self._sketch(batch.frame, keys)
            people.look(batch.frame)
            _count(found, batch.frame.height, batch.bad, batch.blank)
            seen(found.rows)
        found.columns = [survey.column() for survey in surveys]
        kinds = {s.name: s.looks_like or "" for s in surveys if s.is_mixed}
        if kinds:
            _read_mixed(table, found, kinds, seen=seen)
        found.keys = keys.found()
        people.resolve(found)

    def _sketch(self, frame: pl.DataFrame, keys: Keys) -> None:
        if frame.is_empty() or not frame.width:
            return
        numbers = hashes.cells(frame)
        keys.look(numbers, blank=hashes.blank())
        self.lines.add(numbers.select(hash=hashes.row(frame.columns)).to_series())
        for part in hashes.parts(frame.columns):
            self.shingles.add(numbers.select(hash=part).to_series())


def _read_mixed(
    table: Table,
    found: TableFinding,
    kinds: dict[str, str],
    *,
    seen: Callable[[int], None],
) -> None:
    """Read once more the columns whose cells are spelled in several ways."""
    surveys = {name: MixedSurvey(kind) for name, kind in kinds.items()}
    for batch in batches(table, found.layout):
        for name, survey in surveys.items():
            text = batch.frame[name].str.strip_chars()
            if text.len():
                survey.look(text.filter(text != ""))
        seen(found.rows)
    for name, survey in surveys.items():
        mixed = survey.found()
        if mixed is not None:
            found.mixed[name] = mixed


class _People:
    """Counts the names in the columns that hold names."""

    def __init__(self, columns: list[str]) -> None:
        wanted = [name for name in columns if entities.is_of_names(name)]
        self._rows: dict[str, Counter[str]] = {name: Counter() for name in wanted}

    def look(self, frame: pl.DataFrame) -> None:
        for name in list(self._rows):
            counted = frame[name].value_counts()
            self._rows[name].update(dict(counted.iter_rows()))
            if len(self._rows[name]) > entities.MOST_NAMES:
                del self._rows[name]

    def resolve(self, found: TableFinding) -> None:
        texts = {column.name for column in found.columns if column.type == "text"}
        for column, rows in self._rows.items():
            if column not in texts:
                continue
            groups = entities.resolve(rows)
            same = {v.name: name for name, group in groups.items() for v in group}
            found.entities[column] = {k: v for k, v in same.items() if k != v}
            largest = sorted(groups.items(), key=lambda item: -len(item[1]))
            found.evidence[column] = {
                "names": len(rows) - ("" in rows),
                "entities": len(rows) - ("" in rows) - len(found.entities[column]),
                "groups": [
                    {"name": name, "variants": [asdict(v) for v in group]}
                    for name, group in largest[:MOST_GROUPS]
                ],
            }


def _count(found: TableFinding, good: int, bad: list[Record], blank: int) -> None:
    found.good += good
    found.bad += len(bad)
    found.blank += blank
    room = LISTED - len(found.problems)
    found.problems += [(row.number, row.problem) for row in bad[:room]]


def _check_width(layout: Layout) -> None:
    if len(layout.columns) > MOST_COLUMNS:
        raise OperationError(
            f"The table has {len(layout.columns):,} columns; at most {MOST_COLUMNS:,}"
            " can be handled. Split it, or check that it uses the right delimiter.",
            code="too_many_columns",
        )
