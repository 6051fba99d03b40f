"""Steps speak in sentences people like to read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_app.operations.messages import SENTENCES, friendly

WITHOUT_FACTS = {
    "initializing_streaming": "Getting ready to read your file...",
    "duplicate_check": "Checking if I've seen this file before...",
    "field_detection": "Analyzing the structure of your data...",
    "platform_detection": "Figuring out where this data came from...",
    "document_classification": "Understanding what type of document this is...",
    "starting_transaction": "Setting up secure storage for your data...",
    "storing": "Saving your file details...",
    "extracting": "Reading through your data...",
    "processing_decision": "Processing your request...",
    "duplicate_found": "Found an exact match - I've processed this before",
    "near_duplicate_found": "Found a similar file - let me compare them",
    "content_duplicate_found": "This data overlaps with something I already have",
    "delta_analysis_complete": "Spotted the differences in your data",
    "entity_resolution": "Matching entities across your data...",
    "classification": "Categorizing your transactions...",
    "enrichment": "Adding context to your data...",
    "complete": "Done! I've processed your file successfully",
    "error": "Oops, something went wrong",
}

WITH_FACTS = [
    (
        "duplicate_check",
        {"filename": "expenses.csv"},
        "Checking if I've seen expenses.csv before...",
    ),
    (
        "delta_analysis_complete",
        {"new_rows": 42, "existing_rows": 156},
        "Spotted the differences: 42 new rows, 156 I already know",
    ),
    (
        "near_duplicate_found",
        {"similarity_score": 0.87},
        "Found a 87% match with something I processed earlier",
    ),
    (
        "extracting",
        {"filename": "big.csv", "rows": 1234567},
        "Reading through 1,234,567 rows of big.csv...",
    ),
    ("extracting", {"rows": 1}, "Reading through 1 row..."),
    ("storing", {"filename": "a.csv"}, "Saving the details of a.csv..."),
    (
        "duplicate_found",
        {"filename": "a.csv"},
        "Found an exact match - I've processed a.csv before",
    ),
    (
        "delta_analysis_complete",
        {"new_rows": 1, "existing_rows": 2500},
        "Spotted the differences: 1 new row, 2,500 I already know",
    ),
    (
        "complete",
        {"filename": "a.csv", "rows": 1456, "bad_rows": 0},
        "Done! I've processed all 1,456 rows of a.csv successfully",
    ),
    (
        "complete",
        {"filename": "a.csv", "rows": 0, "bad_rows": 0},
        "Done! a.csv has columns but no rows",
    ),
    (
        "complete",
        {"filename": "a.csv", "rows": 20, "bad_rows": 2},
        "Done! I've processed a.csv, but 2 rows could not be read",
    ),
    (
        "complete",
        {"filename": "a.csv", "rows": 20, "bad_rows": 0, "unread_cells": 1},
        "Done! I've processed a.csv, but 1 cell could not be understood",
    ),
    (
        "complete",
        {"filename": "a.csv", "rows": 503, "kept_rows": 104},
        "Done! I've kept 104 rows of a.csv, and left out what I know already",
    ),
    ("complete", {"exported": 1296}, "Done! Wrote 1,296 contracts to the spreadsheet"),
    ("complete", {"added_up": 0}, "Done! Added up 0 contracts"),
    ("complete", {"found": 1}, "Done! Found 1 contract"),
]


def test_all_eighteen_steps_have_their_sentence() -> None:
    assert len(WITHOUT_FACTS) == 18
    assert {step: friendly(step, {}) for step in SENTENCES} == WITHOUT_FACTS


@pytest.mark.parametrize(("step", "facts", "sentence"), WITH_FACTS)
def test_facts_fill_the_sentence(
    step: str, facts: dict[str, Any], sentence: str
) -> None:
    assert friendly(step, facts) == sentence


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("sync_invoice_lines", "Sync invoice lines..."),
        ("uploadPDFs", "Upload PDFs..."),
        ("email-tips.daily", "Email tips daily..."),
        ("", "Working on it..."),
        ("___", "Working on it..."),
    ],
)
def test_an_unknown_step_is_named_in_plain_words(step: str, sentence: str) -> None:
    assert friendly(step, {"filename": "a.csv"}) == sentence


@pytest.mark.parametrize(
    ("score", "percent"), [(0, 0), (0.29, 29), (0.999, 99), (1, 100)]
)
def test_only_a_full_score_is_a_full_match(score: float, percent: int) -> None:
    assert f" {percent}% " in friendly(
        "near_duplicate_found", {"similarity_score": score}
    )


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {"filename": None},
        {"filename": 12},
        {"filename": "\x00\n"},
        {"rows": "many"},
        {"rows": True},
        {"rows": -1},
        {"rows": float("nan")},
    ],
)
def test_facts_that_make_no_sense_are_left_out(facts: dict[str, Any] | None) -> None:
    assert friendly("extracting", facts) == "Reading through your data..."


def test_a_file_name_cannot_break_the_line_or_the_template() -> None:
    assert friendly("storing", {"filename": "a\n{rows}\x1b[0m.csv"}) == (
        "Saving the details of a{rows}[0m.csv..."
    )


def test_a_long_file_name_keeps_both_ends() -> None:
    message = friendly("storing", {"filename": "report-" + "x" * 300 + ".xlsx"})
    assert len(message) < 120
    assert "report-" in message
    assert ".xlsx..." in message


@given(
    step=st.one_of(st.sampled_from(sorted(SENTENCES)), st.text(), st.none()),
    facts=st.one_of(
        st.none(),
        st.dictionaries(
            st.sampled_from(["filename", "rows", "new_rows", "similarity_score", "x"]),
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(),
                st.floats(),
                st.text(),
                st.binary(),
                st.lists(st.integers()),
            ),
        ),
    ),
)
def test_odd_facts_never_raise(step: Any, facts: dict[str, Any] | None) -> None:
    message = friendly(step, facts)
    assert message
    assert message.isprintable()
