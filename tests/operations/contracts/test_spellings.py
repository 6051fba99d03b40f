"""Dates and amounts are read in the ways people write them, and never by a guess."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tasks_app.operations.contracts.amounts import currency_of, decimal_of, read_amount
from tasks_app.operations.contracts.dates import order_of, read_date

pytestmark = pytest.mark.embedded_only  # says nothing of a server

DAY = dt.date(2025, 8, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-08-03", "2025-8-3", "2025/08/03", "20250803", "2025-08-03T10:00:00Z"),
        *("3.8.2025", "03.08.2025", "3 Aug 2025", "03-Aug-2025", "3rd August 2025"),
        *("Aug 3, 2025", "August 3rd 2025", "aug. 3 2025", "2025-08-03 00:00"),
    ],
)
def test_a_date_that_says_what_it_is_is_read(text):
    assert read_date(text, order="") == DAY


@pytest.mark.parametrize("order", ["day", "month"])
@pytest.mark.parametrize("sign", "/-")
def test_days_and_months_are_told_apart_by_what_the_file_shows(order, sign):
    text = "03/08/2025" if order == "day" else "08/03/2025"

    assert read_date(text.replace("/", sign), order=order) == DAY
    assert read_date("25/12/2025", order=order) == dt.date(2025, 12, 25)
    assert read_date("12/25/2025", order=order) == dt.date(2025, 12, 25)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("25/12/2025", "day"), ("12/25/2025", "month"), ("03/04/2025", "")),
        *(("25.12.2025", ""), ("2025-12-25", ""), ("99/99/2025", "")),
    ],
)
def test_a_date_shows_which_comes_first_or_nothing(text, shown):
    assert order_of(text) == shown


def test_a_date_that_can_be_read_in_two_ways_is_not_read():
    with pytest.raises(ValueError, match="two ways; say with the parameter “dates”"):
        read_date("03/04/2025", order="")
    assert read_date("04/04/2025", order="") == dt.date(2025, 4, 4)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-02-30", "31/06/2025", "soon", "2025", "3/4/25", "Aug 2025"),
        *("3 Foo 2025", "99/99/2025", "2025-13-01", "1234567", "2025-08/03"),
    ],
)
def test_what_is_no_day_is_refused_with_words(text):
    with pytest.raises(ValueError, match=r"is no date|does not exist"):
        read_date(text, order="day")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("1234.5", "1234.50"), ("0", "0"), ("-3.25", "-3.25"), ("007", "7")),
        *(("1,234,567.89", "1234567.89"), ("1.234.567,89", "1234567.89")),
        *(("12 345,60", "12345.60"), ("12\u00a0345.60", "12345.60")),
        *(("12\u202f345", "12345"), ("1'234.50", "1234.50"), ("0,5", "0.50")),
        *(("$1,234.50", "1234.50"), ("1.234,50 €", "1234.50"), ("AUD 12", "12")),
        *(("A$ 5", "5"), ("-$5.00", "-5"), ("$-5", "-5"), ("($5.50)", "-5.50")),
        *(("+5", "5"), ("+$5", "5"), ("+ 5.5 EUR", "5.5")),
        *(("(1,234)", "-1234"), ("5.00-", "-5"), ("\u22125", "-5"), ("12 EUR", "12")),
        *(("1,234", "1234"), ("1.234", "1234"), ("100.0000", "100")),
    ],
)
def test_an_amount_is_read_however_it_is_written(text, amount):
    assert read_amount(text, decimal="") == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        *(("1,234", "point", "1234"), ("1.230", "point", "1.23")),
        *(("1.234", "comma", "1234"), ("1,230", "comma", "1.23")),
    ],
)
def test_three_digits_are_thousands_unless_the_file_shows_otherwise(
    text, decimal, amount
):
    assert read_amount(text, decimal=decimal) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("1,234.50", "point"), ("1.234,50", "comma"), ("1234.5", "point")),
        *(("1,5", "comma"), ("1,234", ""), ("1.234", ""), ("12", "")),
        *(("1,234,567", "point"), ("1.234.567", "comma")),
    ],
)
def test_an_amount_shows_the_decimal_sign_or_nothing(text, shown):
    assert decimal_of(text) == shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *(("2025-01-01", "no amount"), ("twelve", "no amount"), ("1.2.3", "no")),
        *(("1,23,456", "no amount"), ("12,34.5", "no amount"), ("$", "no amount")),
        *(("1e5", "no amount"), ("1.2345", "decimals"), ("-", "no amount")),
        *(("a lot", "no amount"), ("Lot 5", "no amount"), ("5 XYZ", "no amount")),
        *(("99999999999999999", "larger"), ("5 %", "no amount"), ("", "no amount")),
    ],
)
def test_what_is_no_amount_is_refused_with_words(text, why):
    with pytest.raises(ValueError, match=why):
        read_amount(text, decimal="point")


def test_currencies_are_known_by_sign_and_by_name():
    texts = ("€5", "5 EUR", "$5", "A$5", "AUD 5", "5", "£5", "US$ 5", "($5)")

    found = [currency_of(text) for text in texts]

    assert found == ["EUR", "EUR", "$", "AUD", "AUD", "", "GBP", "USD", "$"]
