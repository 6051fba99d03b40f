"""Deletes finished tasks past their time to live."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks_app import lifecycle
from tasks_app.operations.registry import operation

if TYPE_CHECKING:
    from tasks_app.operations.context import Context


@operation(
    "maintenance.prune",
    title="Remove old tasks",
    description="Deletes finished tasks past their time to live, with all they left.",
    params={
        "type": "object",
        "properties": {
            "dry_run": {
                "type": "boolean",
                "default": False,
                "title": "Only count",
                "description": "Say how many tasks would go, and delete none.",
            }
        },
        "additionalProperties": False,
    },
    time_limit=timedelta(hours=2),
    permission="tasks_app.delete_task",  # it deletes what belongs to others
)
def prune(context: Context) -> dict[str, Any]:
    """Prune in small batches, so that nobody waits for the clean-up."""
    dry_run: bool = context.params["dry_run"]
    pruned = lifecycle.prune(dry_run=dry_run, on_batch=context.progress)
    return {"would_delete" if dry_run else "deleted": pruned}
