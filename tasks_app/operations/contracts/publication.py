"""The end of an import: its files become part of the dataset, in one step."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from tasks_app.errors import Interruption, LeaseInterruption, OperationError
from tasks_app.operations.context import Context
from tasks_app.operations.contracts import dataset
from tasks_app.operations.contracts.columns import BY_NAME
from tasks_app.operations.contracts.dataset import Manifest, Source
from tasks_app.operations.contracts.staging import Staging

if TYPE_CHECKING:
    from tasks_app.models import Upload
    from tasks_app.operations.contracts.taken import Taken

REPLACE: Final = "replace"  # the mode that leaves nothing else in the dataset
READING: Final = ("dates", "decimal")  # parameters that change what a file says


def earlier(upload: Upload, params: dict[str, Any]) -> Source | None:
    """Return the source this import would make again; None when there is none.

    One whose files are damaged does not count: importing the file again repairs it.
    """
    found = dataset.before(anew=params["mode"] == REPLACE)
    source = found.holding(upload.sha256)
    if source is None or source.reading != _reading(params):
        return None
    if params["mode"] == REPLACE and len(found.sources) > 1:
        return None
    return None if _damaged(source) else source


def told_again(context: Context, source: Source) -> dict[str, Any]:
    """Return the result for a file whose contracts are there already."""
    context.step("nothing_to_do_it_was_imported_before", task=source.task)
    if source.bad:
        rows = f"{source.bad:,} {'row' if source.bad == 1 else 'rows'}"
        context.error(
            f"{rows} of this file were left out when it was imported before; the task"
            f" {source.task} lists them."
        )
    return {**_summary(source, dataset.current()), "already_imported": True}


def check_currency(upload: Upload, currency: str, params: dict[str, Any]) -> None:
    """Raise OperationError when these amounts must not stand beside those there are."""
    there = dataset.before(anew=params["mode"] == REPLACE)
    _others(there, upload.sha256, currency, params["mode"])


def publish(
    context: Context, upload: Upload, taken: Taken, staging: Staging
) -> dict[str, Any]:
    """Write the files, make them part of the dataset and return the result."""
    context.step("saving_the_contracts", rows=taken.good)
    mode = context.params["mode"]
    after = dataset.before(anew=mode == REPLACE)
    source = after.holding(upload.sha256)
    if source is None or source.task != str(context.task.pk) or _damaged(source):
        source = _assembled(context, upload, taken, staging)
        with dataset.changing(anew=mode == REPLACE) as before:
            context.save(taken.dump())  # proves that this attempt still counts
            others = _others(before, source.sha256, source.currency, mode)
            after = dataset.replace(before, [*others, source])
    context.step("complete", rows=taken.good, bad_rows=taken.bad)
    return {
        **_summary(source, after),
        "already_imported": False,
        "columns": taken.survey.match.summary(),
        "problems": [
            {"column": BY_NAME[name].words if name else None, "rows": rows}
            for name, rows in Counter(taken.blamed).most_common()
        ],
    }


def _assembled(
    context: Context, upload: Upload, taken: Taken, staging: Staging
) -> Source:
    """Return the source whose files were written; removes them when that is stopped."""
    task = str(context.task.pk)
    name = f"{upload.sha256[:16]}-{task.replace('-', '')[-12:]}"
    files, done = [], 0
    try:
        for file in staging.assemble(name):
            files.append(file)
            done += file.rows
            context.progress(done, taken.good, f"Saved {done:,} contracts")
        if done != taken.good:
            raise OperationError(
                f"Only {done:,} of {taken.good:,} contracts are still there. They are"
                " read again.",
                code="parts_missing",
                retry=True,
            )
    except LeaseInterruption:
        raise  # another worker may be writing the same files
    except (Exception, Interruption):
        there = dataset.before(anew=True)
        if name not in {source.id for source in there.sources}:
            shutil.rmtree(dataset.folder() / "sources" / name, ignore_errors=True)
        raise
    return Source(
        id=name,
        name=upload.original_name,
        sha256=upload.sha256,
        task=task,
        imported_at=timezone.now().isoformat(),
        rows=taken.good,
        bad=taken.bad,
        currency=taken.survey.currency,
        reading=_reading(context.params),
        files=files,
    )


def _others(before: Manifest, sha256: str, currency: str, mode: str) -> list[Source]:
    """Return what stays in the dataset beside the file with these bytes."""
    if mode == REPLACE:
        return []
    others = [source for source in before.sources if source.sha256 != sha256]
    other = next((s for s in others if _differ(s.currency, currency)), None)
    if other is not None:
        raise OperationError(
            f"The amounts of this file are in {currency}, those of “{other.name}” in"
            f" {other.currency}: no sum of both would be right. Give all files the same"
            " currency, or import this one with the mode “replace”.",
            code="other_currency",
        )
    return others


def _differ(one: str, other: str) -> bool:
    dollars = "$" in (one, other) and f"{one}{other}".endswith(("D", "D$"))
    return bool(one and other) and one != other and not dollars


def _damaged(source: Source) -> bool:
    return any(map(dataset.damage, source.files))


def _reading(params: dict[str, Any]) -> dict[str, str]:
    return {name: params[name] for name in READING}


def _summary(source: Source, manifest: Manifest) -> dict[str, Any]:
    years: dict[str, int] = {}
    for file in source.files:
        years[str(file.year)] = years.get(str(file.year), 0) + file.rows
    return {
        "file": source.name,
        "rows": source.rows + source.bad,
        "good": source.rows,
        "bad": source.bad,
        "currency": source.currency or None,
        "years": years,
        "contracts_in_all": manifest.rows,
        "files_in_all": len(manifest.sources),
    }
