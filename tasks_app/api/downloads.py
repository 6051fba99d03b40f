"""Files to download: saved by the browser, never shown or run by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .streaming import StreamedFile

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

# What no browser runs. Who made the file may have called it anything.
SAFE_TYPES: Final = frozenset(
    {
        "application/gzip",
        "application/json",
        "application/pdf",
        "application/vnd.apache.parquet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/zip",
        "image/jpeg",
        "image/png",
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
    }
)
BYTES: Final = "application/octet-stream"
SANDBOX: Final = (
    "sandbox; default-src 'none'; base-uri 'none'; object-src 'none';"
    " frame-ancestors 'none'"
)


def download(file: FieldFile, *, name: str, content_type: str = BYTES) -> StreamedFile:
    """Return the file as an attachment; of an unknown type it is just bytes."""
    kind = content_type.partition(";")[0].strip().lower()
    headers: dict[str, Any] = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    return StreamedFile(
        file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=kind if kind in SAFE_TYPES else BYTES,
        headers=headers,
    )
