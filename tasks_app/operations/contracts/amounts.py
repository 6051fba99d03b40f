"""Reads amounts of money: with currency signs, thousands separators, either comma.

Money has at most two decimals, so a sign before exactly three digits separates
thousands, unless the file shows elsewhere that it is the decimal sign. What stays open
is not read.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

SIGNS: Final = {"point": ".", "comma": ","}
MINUS: Final = ("-", "\u2212")
LARGEST: Final = Decimal(10) ** 16  # above it, eighteen digits do not hold the cents
_CODES: Final = (
    "AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KRW|MXN|NOK|NZD|PLN|RON"
    "|SEK|SGD|TRY|TWD|USD|ZAR"
)
_SIGNS: Final = rf"(?:A|AU|CA|C|HK|NZ|S|US)?[$]|[€£¥]|{_CODES}"
_CURRENCY: Final = re.compile(
    rf"(?P<before>{_SIGNS})? *(?P<rest>.*?) *(?P<after>{_SIGNS})?", re.IGNORECASE
)
_KNOWN: Final = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "US$": "USD",
}
_BLANKS: Final = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009'\u2019](?=\d{3}(?!\d))")
_NUMBER: Final = re.compile(r"\d+|\d{1,3}(,\d{3})+|\d{1,3}(\.\d{3})+")


def currency_of(text: str) -> str:
    """Return the currency an amount names, such as EUR or $, empty for none."""
    return _parted(text)[0] or _parted(text.strip("()" + "".join(MINUS)))[0]


def decimal_of(text: str) -> str:
    """Return what an amount shows of the decimal sign: `point`, `comma` or nothing."""
    digits = _digits(text)[1]
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "point" if digits.rfind(".") > digits.rfind(",") else "comma"
    if points + commas > 1:
        return "comma" if points else "point"  # one sign repeats between thousands
    if points + commas == 0 or len(re.split("[.,]", digits)[1]) == 3:
        return ""
    return "point" if points else "comma"


def read_amount(text: str, *, decimal: str) -> Decimal:
    """Return the amount; `decimal` is the file's sign as far as that is known.

    Raises ValueError with the end of a sentence that begins with the text.
    """
    negative, digits = _digits(text)
    sign = SIGNS[decimal_of(text) or decimal or _other(digits)]
    whole, _, rest = digits.partition(sign)
    if not _NUMBER.fullmatch(whole) or (rest and not rest.isdecimal()):
        raise ValueError("is no amount; write it like 1234.50")
    if len(rest.rstrip("0")) > 2:
        raise ValueError(
            "has more than two decimals; if it has none, say with the parameter"
            " “decimal” which sign is the decimal one"
        )
    plain = whole.replace(",", "").replace(".", "")
    amount = Decimal(f"{plain}.{rest[:2] or '0'}")
    if amount >= LARGEST:
        raise ValueError("is larger than any contract")
    return -amount if negative else amount


def _other(digits: str) -> str:
    """Where nothing else is known, the sign that is there separates thousands."""
    return "comma" if "." in digits else "point"


def _digits(text: str) -> tuple[bool, str]:
    """Return whether it is below zero, and the number without sign and currency."""
    number = _parted(text)[1]
    negative = number.startswith("(") and number.endswith(")")
    number = number[1:-1] if negative else number
    if number[:1] in MINUS or number[-1:] in MINUS:
        negative, number = True, number.strip("".join(MINUS))
    number = number.removeprefix("+")
    if _parted(number)[0]:
        number = _parted(number)[1]  # -$5, ($5)
    return negative, _BLANKS.sub("", number.strip())


def _parted(text: str) -> tuple[str, str]:
    found = _CURRENCY.fullmatch(text.strip())
    if found is None:
        return "", text
    sign = (found["before"] or found["after"] or "").upper()
    return _KNOWN.get(sign, sign), found["rest"]
