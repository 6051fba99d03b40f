"""The first reading of a file: what it holds, decided from every row of it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tasks_app.operations.files.findings import LISTED, TableFinding
from tasks_app.operations.files.inspecting.people import People
from tasks_app.operations.files.marks import hashes
from tasks_app.operations.files.marks.keys import Keys
from tasks_app.operations.files.marks.sketch import Sketch
from tasks_app.operations.files.values.columns import Survey
from tasks_app.operations.files.values.mixed import MixedSurvey
from tasks_app.operations.tables.ahead import in_turn
from tasks_app.operations.tables.batches import Batch, batches
from tasks_app.operations.tables.table import Record, Table


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
        keys, people = Keys(), People(names)

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


def _count(found: TableFinding, good: int, bad: list[Record], blank: int) -> None:
    found.good += good
    found.bad += len(bad)
    found.blank += blank
    room = LISTED - len(found.problems)
    found.problems += [(row.number, row.problem) for row in bad[:room]]
