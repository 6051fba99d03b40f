"""Keeps what is needed to know a file again."""

from __future__ import annotations

from tasks_app.models import Fingerprint, Task, Upload
from tasks_app.operations.files.findings import Findings


def remember(task: Task, findings: Findings, upload: Upload) -> None:
    """Keep what is needed to know the file again."""
    Fingerprint.objects.update_or_create(
        task=task.pk,
        defaults={
            "owner_id": task.owner_id,
            "name": upload.original_name,
            "sha256": upload.sha256,
            "rows": findings.good,
            "lines": bytes.fromhex(findings.lines),
            "shingles": bytes.fromhex(findings.shingles),
            "keys": [table.keys for table in findings.tables],
        },
    )
