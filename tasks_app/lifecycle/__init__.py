"""The only code that changes a task.

Every verb is one guarded write: it holds, or it raises and nothing is written. The list
below is the list of everything that can happen to a task.
"""

from .artifacts import add_artifact
from .attempt import (
    claim,
    note_error,
    progress,
    renew,
    save_position,
    step,
    take_report,
)
from .clearing import clear_artifacts, clear_fingerprints, clear_uploads
from .creation import create, create_many
from .ending import ask, complete, fail, obey, release
from .epoch import confirm_epoch
from .folding import fold_counts
from .presence import drop_worker, note_worker
from .pruning import delete, forget_removed, prune, prune_some
from .publication import drop_keeper_lock, mark_published, take_keeper_lock
from .rescue import expire
from .steering import answer, cancel, keep, pause, resume, retry, unkeep

__all__ = [
    "add_artifact",
    "answer",
    "ask",
    "cancel",
    "claim",
    "clear_artifacts",
    "clear_fingerprints",
    "clear_uploads",
    "complete",
    "confirm_epoch",
    "create",
    "create_many",
    "delete",
    "drop_keeper_lock",
    "drop_worker",
    "expire",
    "fail",
    "fold_counts",
    "forget_removed",
    "keep",
    "mark_published",
    "note_error",
    "note_worker",
    "obey",
    "pause",
    "progress",
    "prune",
    "prune_some",
    "release",
    "renew",
    "resume",
    "retry",
    "save_position",
    "step",
    "take_keeper_lock",
    "take_report",
    "unkeep",
]
