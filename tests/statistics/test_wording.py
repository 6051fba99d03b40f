"""Errors that say the same of different things are one; others are not."""

from __future__ import annotations

import time

import pytest

from tasks_app.operations.statistics.wording import LONGEST, without_details

PAIRS = {
    "Row 17: “abc” is not a number.": "Row #: “…” is not a number.",
    "Row 9: “” is not a number.": "Row #: “…” is not a number.",
    'Column "Amount" is missing.': "Column “…” is missing.",
    "Column 'Amount' is missing.": "Column “…” is missing.",
    "The till doesn't answer, it can't.": "The till doesn't answer, it can't.",
    "Took 3.5 s, 1,204 rows of 12 000.": "Took # s, # rows of #.",
    "Balance is -3.20": "Balance is #",
    "Rows 1, 2, 3 and 14 are empty.": "Rows # and # are empty.",
    "No order 0191d2c4-8a5e-7c10-9b1f-0a2b3c4d5e6f.": "No order <id>.",
    "Object at 0x7f4ab53565c0": "Object at <id>",
    "Commit 192aa9d1 is unknown.": "Commit <id> is unknown.",
    "The decade was added.": "The decade was added.",
    "No such file: /srv/files/2026/a.csv": "No such file: <path>",
    r"No such file: C:\Users\mila\a.csv": "No such file: <path>",
    "Read and/or write.": "Read and/or write.",
    "GET https://shop.example/v1/orders?x=1 timed out": "GET <address> timed out",
    "Mail to mila@example.org bounced": "Mail to <address> bounced",
    "Not before 2026-11-22T10:20:30Z": "Not before <time>",
    "Closed since 22.11.2026, 10:20": "Closed since <time>, <time>",
    "utf8 is not latin1": "utf8 is not latin1",
    "  Too   many\tblanks \nand a second line": "Too many blanks",
    "": "",
}


@pytest.mark.parametrize("message", PAIRS)
def test_what_differs_from_time_to_time_is_left_out(message):
    assert without_details(message) == PAIRS[message]


@pytest.mark.parametrize("message", PAIRS)
def test_what_has_no_details_stays_as_it_is(message):
    once = without_details(message)

    assert without_details(once) == once


@pytest.mark.parametrize(
    "text", ["a" * 1000, "a1" * 500, "/" * 1000, "“" * 1000, "1," * 500, "a.@" * 333]
)
def test_no_message_takes_long(text):
    began = time.monotonic()

    assert len(without_details(text)) <= LONGEST
    assert time.monotonic() - began < 0.2
