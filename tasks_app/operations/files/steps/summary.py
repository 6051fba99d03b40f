"""The first sheet of the report: the file in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tasks_app.operations.files.findings import Findings

if TYPE_CHECKING:
    from tasks_app.models import Upload


def summary_lines(findings: Findings, upload: Upload) -> Iterator[tuple[str, str]]:
    """Yield what the sheet says, label and text."""
    yield "File", upload.original_name
    yield "Size in bytes", f"{upload.size:,}"
    yield "SHA-256", upload.sha256
    yield "Rows", f"{findings.rows:,}"
    yield "Good rows", f"{findings.good:,}"
    yield "Bad rows", f"{findings.bad:,}"
    if findings.dialect is not None:
        guess = " (a guess)" if findings.dialect.guessed else ""
        yield "Encoding", findings.dialect.encoding + guess
        yield "Delimiter", _spelled(findings.dialect.delimiter)
    for index, table in enumerate(findings.tables, start=1):
        if table.name:
            yield f"Sheet {index}", f"{table.name}: {in_rows(table.rows)}"
    platform, document = findings.largest.platform, findings.largest.document
    yield "Exported by", f"{platform['name']}. {platform['reason']}"
    yield "Kind of document", f"{document['type']}. {document['reason']}"
    yield from _against_earlier(findings)


def _against_earlier(findings: Findings) -> Iterator[tuple[str, str]]:
    if findings.duplicate_of:
        yield "Same file as in task", findings.duplicate_of
    if findings.related:
        yield "Closest earlier file", _related(findings.related)
    if findings.decision_reason:
        yield "Why all rows", findings.decision_reason
    for label, count in (findings.differences or {}).items():
        if isinstance(count, int):
            yield f"Rows {label}", f"{count:,}"


def in_rows(count: int, *, kind: str = "") -> str:
    """Return `1 row` or `1,200 rows`."""
    return f"{count:,} {kind}{'row' if count == 1 else 'rows'}"


def percent(share: float) -> str:
    """Return a share in whole percent; only all of it is 100%."""
    return f"{int(share * 100 + 1e-6)}%"


def _related(related: dict[str, Any]) -> str:
    alike, known = percent(related["similarity"]), percent(related["overlap"])
    return f"{related['name']}: {alike} alike, has {known} of these rows"


def _spelled(delimiter: str) -> str:
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    return names.get(delimiter, delimiter)
