"""Goes through every stored file and says which are not as they should be.

Nothing is changed. A pause costs the file that is being read and no more: the task goes
on behind the last one it finished, with the list it has so far.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.errors import CancelInterruption, PauseInterruption

from .listing import Listing, listing
from .stored import artifacts, contracts, spare, uploads
from .stored.finding import HEADER, Finding

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

FILE: Final = "findings.csv"
LISTED: Final = 100  # findings of the result, and errors told one by one
PARTS: Final[dict[str, Any]] = {
    "checking_uploads": uploads,
    "checking_artifacts": artifacts,
    "checking_contracts": contracts,
    "looking_for_spare_files": spare,
}


@dataclass
class Checked:
    """How far it is, and what was found."""

    part: int = 0
    after: str = ""  # the place in this part
    listed: int = 0  # bytes of the list
    files: int = 0
    bytes: int = 0
    damaged: int = 0
    spare: int = 0
    spare_bytes: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """It in a few words."""
        number = f"{self.files:,} {'file' if self.files == 1 else 'files'}"
        if self.damaged:
            return f"{self.damaged:,} of {number} are damaged or missing"
        return f"Checked {number}: each is as it should be"

    def result(self) -> dict[str, Any]:
        """Return it as the result of the task."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "damaged": self.damaged,
            "spare_files": self.spare,
            "spare_bytes": self.spare_bytes,
            "findings": self.first,
            "list": FILE,
        }


def carry_out(context: Context) -> dict[str, Any]:
    """Check all there is; return what becomes the result."""
    checked = Checked(**(context.position or {}))
    try:
        with (
            context.artifact(FILE, content_type="text/csv") as path,
            listing(path, context=context, header=HEADER, size=checked.listed) as found,
        ):
            # The list is kept; the end of this block stops us.
            with suppress(CancelInterruption, PauseInterruption):
                _check(context, checked, found)
            checked.listed = found.size
    except PauseInterruption:
        context.save(asdict(checked))  # after the list, which so has all that it tells
        raise
    if (rest := checked.damaged - LISTED) > 0:
        context.error(f"{rest:,} more are damaged; {FILE} has all of them.")
    return checked.result()


def _check(context: Context, checked: Checked, found: Listing) -> None:
    total = sum(part.count() for part in PARTS.values())
    for step, part in list(PARTS.items())[checked.part :]:
        context.step(step)
        reads: bool = context.params["content"]
        for look in part.look(checked.after, reads=reads, pulse=context.checkpoint):
            checked.after = look.place
            checked.files += look.finding is None or not look.finding.is_spare
            checked.bytes += look.size
            if look.finding is not None:
                _note(context, checked, found, look.finding)
            text = f"Checked {checked.files:,} files"
            context.progress(checked.files, max(total, checked.files), text)
        checked.part, checked.after = checked.part + 1, ""
    context.progress(checked.files, checked.files, checked.sentence)


def _note(context: Context, checked: Checked, found: Listing, finding: Finding) -> None:
    found.add(finding.cells)
    names = ("kind", "name", "task", "what")
    if len(checked.first) < LISTED:
        checked.first.append({name: getattr(finding, name) for name in names})
    if finding.is_spare:
        checked.spare += 1
        checked.spare_bytes += finding.size
        checked.bytes -= finding.size
        return
    checked.damaged += 1
    if checked.damaged <= LISTED:
        context.error(finding.sentence)
