"""Sentences people like to read for the steps of an operation.

A step has a list of sentences, the richest first. The first one whose facts are all
there is used; the last one needs none. A step without sentences is named in plain
words, or in those a language model wrote for it before (`wording`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from .wording import PLACEHOLDER, sentence_for

LONGEST_NAME = 80  # characters of a file name or a step that a sentence shows

SENTENCES: dict[str, tuple[str, ...]] = {
    "initializing_streaming": (
        "Getting ready to read {filename}...",
        "Getting ready to read your file...",
    ),
    "duplicate_check": (
        "Checking if I've seen {filename} before...",
        "Checking if I've seen this file before...",
    ),
    "field_detection": (
        "Analyzing the structure of {filename}...",
        "Analyzing the structure of your data...",
    ),
    "platform_detection": (
        "Figuring out where {filename} came from...",
        "Figuring out where this data came from...",
    ),
    "document_classification": (
        "Understanding what type of document {filename} is...",
        "Understanding what type of document this is...",
    ),
    "starting_transaction": (
        "Setting up secure storage for {filename}...",
        "Setting up secure storage for your data...",
    ),
    "storing": (
        "Saving the details of {filename}...",
        "Saving your file details...",
    ),
    "extracting": (
        "Reading through {rows} of {filename}...",
        "Reading through {filename}...",
        "Reading through {rows}...",
        "Reading through your data...",
    ),
    "processing_decision": (
        "Processing your request for {filename}...",
        "Processing your request...",
    ),
    "duplicate_found": (
        "Found an exact match - I've processed {filename} before",
        "Found an exact match - I've processed this before",
    ),
    "near_duplicate_found": (
        "Found a {similarity_score} match with something I processed earlier",
        "Found a file similar to {filename} - let me compare them",
        "Found a similar file - let me compare them",
    ),
    "content_duplicate_found": (
        "This data overlaps with something I already have: {existing_rows}",
        "This data overlaps with something I already have",
    ),
    "delta_analysis_complete": (
        "Spotted the differences: {new_rows}, {existing_count} I already know",
        "Spotted the differences: {new_rows}",
        "Spotted the differences in your data",
    ),
    "entity_resolution": (
        "Matching entities across {rows}...",
        "Matching entities across your data...",
    ),
    "classification": (
        "Categorizing {rows} of your transactions...",
        "Categorizing your transactions...",
    ),
    "enrichment": (
        "Adding context to {rows}...",
        "Adding context to your data...",
    ),
    "complete": (
        "Done! I left {skipped} alone, since you have it already",
        "Done! Wrote {exported} to the spreadsheet",
        "Done! Added up {added_up}",
        "Done! Found {found}",
        "Done! {filename} has columns but {no_rows}",
        "Done! I've processed {filename}, but {bad_rows} could not be read",
        "Done! I've processed {filename}, but {unread_cells} could not be understood",
        "Done! I've kept {kept_rows} of {filename}, and left out what I know already",
        "Done! I've processed all {rows} of {filename} successfully",
        "Done! I've processed {filename} successfully",
        "Done! I've processed your file successfully",
    ),
    "error": (
        "Oops, something went wrong with {filename}",
        "Oops, something went wrong",
    ),
}


def friendly(step: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return a sentence for `step`, filled in with what `facts` knows.

    Known facts: `filename`; `rows`, `new_rows`, `existing_rows`, `bad_rows`,
    `unread_cells` (counts); `similarity_score` (0 to 1). Facts that make no sense are
    left out. Never raises: a message must not stop the work it talks about.
    """
    words = _words(facts)
    for sentence in SENTENCES.get(step, ()):
        if all(name in words for name in _names(sentence)):
            return sentence.format_map(words)
    return _written(step, facts) or _plain(step)


def _written(step: object, facts: Mapping[str, Any] | None) -> str | None:
    """Return the model's sentence, filled in here: it never learns what facts hold."""
    if not isinstance(step, str):
        return None
    known = facts if isinstance(facts, Mapping) else {}
    shown = {name: _as_words(value) for name, value in known.items()}
    words = {name: text for name, text in shown.items() if text} | _words(facts)
    sentence = sentence_for(step, words)
    if sentence is None:
        return None
    return PLACEHOLDER.sub(lambda match: words[match.group(1)], sentence)


def _as_words(value: object) -> str | None:
    number = _number(value)
    return _filename(value) if number is None else f"{number:,}"


def _words(facts: Mapping[str, Any] | None) -> dict[str, str]:
    """Turn the facts that make sense into words."""
    if not isinstance(facts, Mapping):
        return {}
    found = {name: read(facts.get(name)) for name, read in _READERS.items()}
    existing = _number(facts.get("existing_rows"))
    found["existing_count"] = None if existing is None else f"{existing:,}"
    if _number(facts.get("bad_rows")) == 0:
        found["bad_rows"] = None  # no news is no part of a sentence
    if facts.get("skipped") is True:
        found["skipped"] = found["filename"] or "your file"
    if _number(facts.get("rows")) == 0:
        found["no_rows"] = "no rows"
    return {name: words for name, words in found.items() if words}


def _filename(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    shown = "".join(sign for sign in value if sign.isprintable()).strip()
    return _shortened(shown) or None


def _rows(value: object, *, kind: str = "") -> str | None:
    number = _number(value)
    if number is None:
        return None
    return f"{number:,} {kind}{'row' if number == 1 else 'rows'}"


def _cells(value: object) -> str | None:
    number = _number(value)
    return f"{number:,} {'cell' if number == 1 else 'cells'}" if number else None


def _contracts(value: object) -> str | None:
    number = _number(value)
    if number is None:
        return None
    return f"{number:,} {'contract' if number == 1 else 'contracts'}"


def _new_rows(value: object) -> str | None:
    return _rows(value, kind="new ")


def _percent(value: object) -> str | None:
    """Round down: only a score of 1 is a 100% match."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= 1:  # NaN compares false as well
        return None
    return f"{math.floor(round(value * 100, 6))}%"


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**15 else None


def _names(sentence: str) -> list[str]:
    return re.findall(r"{(\w+)}", sentence)


def _plain(step: object) -> str:
    """Name a step in plain words: `sync_invoice_lines` -> "Sync invoice lines..."."""
    name = step if isinstance(step, str) else ""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = " ".join(re.sub(r"[^\w]|_", " ", apart).split())
    if not words:
        return "Working on it..."
    words = _shortened(words)
    return f"{words[0].upper()}{words[1:]}..."


def _shortened(text: str) -> str:
    """Keep both ends of a long text: the end of a file name says what it is."""
    if len(text) <= LONGEST_NAME:
        return text
    half = (LONGEST_NAME - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


_READERS: dict[str, Callable[[object], str | None]] = {
    "filename": _filename,
    "rows": _rows,
    "new_rows": _new_rows,
    "kept_rows": _rows,
    "existing_rows": _rows,
    "bad_rows": _rows,
    "unread_cells": _cells,
    "similarity_score": _percent,
    "exported": _contracts,
    "added_up": _contracts,
    "found": _contracts,
}
