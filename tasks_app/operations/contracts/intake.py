"""The steps of importing contracts, in order.

The file is read twice: once to learn how it is written, once to take its rows. What was
taken is kept in parts, so that a pause or a dead worker costs at most one part.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import polars as pl

from tasks_app.errors import (
    Interruption,
    LeaseInterruption,
    OperationError,
    PauseInterruption,
)
from tasks_app.models import Upload
from tasks_app.operations.context import Context
from tasks_app.operations.contracts import publication
from tasks_app.operations.contracts.columns import BY_NAME
from tasks_app.operations.contracts.rows import SCHEMA, sort
from tasks_app.operations.contracts.staging import Staging
from tasks_app.operations.contracts.survey import Survey, batches, survey
from tasks_app.operations.contracts.sweeping import sweep
from tasks_app.operations.contracts.taken import Taken
from tasks_app.operations.contracts.workbook import TYPE
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.tables.table import Record, Table

PART_ROWS: Final = 50_000
BAD_ROWS: Final = "bad-rows.xlsx"
LISTED: Final = 100  # bad rows that are told one by one


def carry_out(context: Context) -> dict[str, Any]:
    """Import the task's file; return the summary that becomes its result."""
    upload = context.upload
    if upload is None or not upload.path.is_file():
        raise OperationError(
            "The file of this task is no longer there. Upload it again.",
            code="file_missing",
        )
    sweep()
    context.step("looking_for_an_earlier_import")
    earlier = publication.earlier(upload, context.params)
    if earlier is not None and context.position is None:
        return publication.told_again(context, earlier)
    staging = Staging(str(context.task.pk), attempt=context.task.attempt)
    try:
        result = _import(context, upload, staging)
    except (PauseInterruption, LeaseInterruption):
        raise  # somebody goes on with it
    except (Exception, Interruption):
        staging.remove()
        raise
    staging.remove()
    return result


def _import(context: Context, upload: Upload, staging: Staging) -> dict[str, Any]:
    (table, *_), _ = open_tables(upload.path)
    if context.position is None:
        context.step("checking_the_columns")
        taken = Taken(_survey(context, table))
        if not taken.survey.rows:
            raise OperationError(
                "The file has columns but no rows, so there is nothing to import.",
                code="no_rows",
            )
        publication.check_currency(upload, taken.survey.currency, context.params)
        context.save(taken.dump())
    else:
        taken = _held(Taken.load(context.position), staging)
        taken.told = max(taken.told, context.task.error_count)
    context.step("reading_the_contracts", rows=taken.survey.rows)
    _take(context, table, taken, staging)
    if not taken.good:
        raise OperationError(_nothing_fits(taken), code="nothing_fits")
    _tell(context, taken)
    if taken.bad:
        with context.artifact(BAD_ROWS, content_type=TYPE) as path:
            staging.bad_rows(path, taken.survey.header)
    return publication.publish(context, upload, taken, staging)


def _held(taken: Taken, staging: Staging) -> Taken:
    """Return what was taken if it is still there, else that all is to be taken anew."""
    if staging.holds(parts=taken.parts, good=taken.good, bad=taken.bad):
        return taken
    return Taken(taken.survey, told=taken.told)


def _survey(context: Context, table: Table) -> Survey:
    def seen(rows: int) -> None:
        context.progress(rows, None, f"Looked at {rows:,} rows")

    return survey(table, params=context.params, seen=seen)


def _take(context: Context, table: Table, taken: Taken, staging: Staging) -> None:
    """Write the rows behind the last one taken as parts, and save where we are."""
    staging.begin(parts=taken.parts)
    good, bad = [_none()], list[Record]()
    after = max(taken.record, taken.survey.header_row)
    for batch in batches(table, after=after):
        found = sort(batch, taken.survey)
        good.append(found.good)
        bad += found.bad
        taken.record = batch[-1].number
        taken.blamed = dict(Counter(taken.blamed) + found.blamed)
        taken.good += found.good.height
        taken.bad += len(found.bad)
        if sum(frame.height for frame in good) + len(bad) >= PART_ROWS:
            _put(context, taken, staging, good, bad)
            good, bad = [_none()], []
        done = taken.good + taken.bad
        context.progress(done, taken.survey.rows, f"Took in {taken.good:,} contracts")
    if bad or len(good) > 1:
        _put(context, taken, staging, good, bad)


def _put(
    context: Context,
    taken: Taken,
    staging: Staging,
    good: list[pl.DataFrame],
    bad: list[Record],
) -> None:
    staging.write(taken.parts, pl.concat(good), bad)
    room = LISTED - len(taken.first)
    taken.first += [(record.number, record.problem) for record in bad[:room]]
    taken.parts += 1
    context.save(taken.dump())


def _tell(context: Context, taken: Taken) -> None:
    """Tell the first bad rows one by one, and the rest in one sentence."""
    try:
        for row, problem in taken.first[taken.told :]:
            taken.told += 1
            context.error(f"{problem[0].upper()}{problem[1:]}.", row=row)
        rest = taken.bad - LISTED
        if rest > 0 and taken.told == LISTED:
            taken.told += 1
            rows = f"{rest:,} more {'row was' if rest == 1 else 'rows were'}"
            context.error(f"{rows} left out; {BAD_ROWS} has all of them.")
    except Interruption:
        context.save(taken.dump())  # so that nothing is told twice
        raise
    if taken.told:
        context.save(taken.dump())


def _nothing_fits(taken: Taken) -> str:
    """Say why no row was taken, by what is wrong most often."""
    row, problem = taken.first[0]
    text = f"None of the {taken.bad:,} rows fits. In row {row}, {problem}."
    column, count = Counter(taken.blamed).most_common(1)[0]
    if not column:
        return f"{text} Export the file again, with one contract in each row."
    words = BY_NAME[column].words
    return (
        f"{text} The column “{taken.survey.match.spelled[column]}”, read as the"
        f" {words}, is wrong in {count:,} rows: perhaps the columns moved under their"
        " names. Put them right and send the file again."
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)
