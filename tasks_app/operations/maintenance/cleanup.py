"""Cleans up in small batches with a breath between, and lists what went."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.errors import CancelInterruption, PauseInterruption
from tasks_app.operations.disk import FULL

from .cleaning import CLEANERS, HEADER, Gone
from .listing import Listing, listing

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

BREATH: Final = 0.05  # seconds in which others write
FILES: Final = {True: "would-go.csv", False: "cleaned-up.csv"}  # by dry run


@dataclass
class Cleaned:
    """How much of each kind went, or would go."""

    listed: int = 0  # bytes of the list
    left_out: int = 0  # rows that a full disk kept off the list
    counts: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def said(self, *, dry_run: bool) -> str:
        """Return it in a few words."""
        parts = [f"{number:,} {what}" for what, number in self.counts.items() if number]
        if not parts:
            return "There was nothing to clean up"
        return f"{'Would remove' if dry_run else 'Removed'}: {', '.join(parts)}"

    def take(self, what: str, batch: list[Gone]) -> None:
        """Add a batch."""
        self.counts[what] = self.counts.get(what, 0) + len(batch)
        size = sum(gone.size for gone in batch)
        self.bytes[what] = self.bytes.get(what, 0) + size


def carry_out(context: Context) -> dict[str, Any]:
    """Clean up what is asked for; return what becomes the result."""
    dry_run: bool = context.params["dry_run"]
    known = None if dry_run else context.position  # a look begins anew
    cleaned = Cleaned(**(known or {}))
    name = FILES[dry_run]
    try:
        with (
            context.artifact(name, content_type="text/csv") as path,
            listing(
                path,
                context=context,
                header=HEADER,
                size=cleaned.listed,
                may_be_cut=not dry_run,  # what makes room needs none
            ) as found,
        ):
            # The list is kept; the end of this block stops us.
            with suppress(CancelInterruption, PauseInterruption):
                _clean(context, cleaned, found)
            cleaned.listed = found.size
            cleaned.left_out += found.left_out
    except PauseInterruption:
        context.save(asdict(cleaned))  # after the list, which so has all that it counts
        raise
    except OSError as error:
        if dry_run or error.errno not in FULL:
            raise
        context.error("The disk is full, so there is no list of what went.")
    if cleaned.left_out:
        text = f"{cleaned.left_out:,} rows are missing in {name}: the disk was full."
        context.error(text)
    counts = {what: cleaned.counts.get(what, 0) for what in context.params["what"]}
    size = sum(cleaned.bytes.values())
    told = "would_delete" if dry_run else "deleted"
    return {told: counts, "bytes": size, "list": name}


def _clean(context: Context, cleaned: Cleaned, found: Listing) -> None:
    dry_run: bool = context.params["dry_run"]
    for what, cleaner in CLEANERS.items():
        if what not in context.params["what"]:
            continue
        context.step(f"{'looking_for' if dry_run else 'cleaning_up'}_{what}")
        work = cleaner.would if dry_run else cleaner.does
        for batch in work(context.checkpoint):
            cleaned.take(what, batch)
            for gone in batch:
                found.add(gone.cells)
            context.progress(sum(cleaned.counts.values()))
            time.sleep(BREATH)
    context.progress(sum(cleaned.counts.values()), None, cleaned.said(dry_run=dry_run))
