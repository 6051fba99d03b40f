"""What operators run to keep the installation in order, by hand or on a schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tasks_app.operations.disk import told_when_full
from tasks_app.operations.registry import operation

from . import cleanup, condition, days, validation
from .cleaning import CLEANERS

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

OPERATORS: Final = "tasks_app.delete_task"  # it tells of, or deletes, what others have


def parameters(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of these parameters."""
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


@operation(
    "maintenance.validate_data",
    title="Check stored files",
    description="Holds every upload, result and imported contract on the disk against"
    " the database, and lists what is damaged, missing or left over. Changes nothing.",
    params=parameters(
        content={
            "type": "boolean",
            "default": True,
            "title": "Read every file",
            "description": "Compare what is in the files too. Without it only their"
            " sizes are, and whether Parquet files can be opened: much faster.",
        }
    ),
    time_limit=timedelta(hours=6),
    permission=OPERATORS,
    aliases=("validate_data_integrity",),
)
def validate_data(context: Context) -> dict[str, Any]:
    """Check all stored files; the result says what was found."""
    with told_when_full():
        return validation.carry_out(context)


@operation(
    "maintenance.clean_up",
    title="Clean up",
    description="Removes what nobody needs any more: downloads that expired, finished"
    " tasks past their time to live, uploads without a task, fingerprints of old files,"
    " and what was left over on the disk. What a task that has not ended needs stays,"
    " and what somebody keeps.",
    params=parameters(
        what={
            "type": "array",
            "items": {"type": "string", "enum": list(CLEANERS)},
            "minItems": 1,
            "uniqueItems": True,
            "default": list(CLEANERS),
            "title": "What to clean up",
            "description": "Artifacts: downloads that expired. Tasks: finished ones"
            " past their time to live. Uploads: those without a task. Fingerprints:"
            " what old files are known again by. Files: what was left over on the"
            " disk.",
        },
        dry_run={
            "type": "boolean",
            "default": False,
            "title": "Only look",
            "description": "List what would go, and remove nothing.",
        },
    ),
    time_limit=timedelta(hours=6),
    permission=OPERATORS,
    aliases=("cleanup_old_exports",),
)
def clean_up(context: Context) -> dict[str, Any]:
    """Clean up in small batches; the result says what went, or would go."""
    with told_when_full():
        return cleanup.carry_out(context)


@operation(
    "maintenance.daily_statistics",
    title="Statistics of the day",
    description="Adds up what happened on each day that is over, and keeps it when the"
    " tasks themselves are cleaned up; tells the last day beside the one before.",
    params=parameters(
        day={
            "type": "string",
            "format": "date",
            "title": "Day to tell of",
            "description": "A day whose numbers are kept; the last one if left out.",
        }
    ),
    permission=OPERATORS,
    aliases=("generate_daily_statistics",),
)
def daily_statistics(context: Context) -> dict[str, Any]:
    """Keep the numbers of the days that are over; the result has those of one."""
    with told_when_full():
        return days.carry_out(context)


@operation(
    "maintenance.health_check",
    title="Check the system",
    description="Looks at database, Redis, broker, keeper, workers, disk and beat, and"
    " tells people once when one of them turns bad and once when it is well again.",
    params=parameters(),
    time_limit=timedelta(minutes=5),
    permission=OPERATORS,
    aliases=("health_check_system",),
)
def health_check(context: Context) -> dict[str, Any]:
    """Look at what work depends on; the result has each check with its figures."""
    return condition.carry_out(context)
