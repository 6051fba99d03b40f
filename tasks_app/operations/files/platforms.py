"""Which program exported a table, judged by the names of its columns.

Each platform has marks, names that hardly another export has, and usual names, which
count only beside a mark. The names are those of the platforms' own CSV exports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Platform:
    """A program and the columns it exports; `least` marks are needed to tell it."""

    name: str
    marks: tuple[str, ...]
    usual: tuple[str, ...] = ()
    least: int = 2


PLATFORMS = (
    Platform(
        "Stripe",
        marks=(
            "amount refunded",
            "available on utc",
            "balance transaction id",
            "card brand",
            "converted amount",
            "created utc",
            "created date utc",
            "customer facing amount",
            "destination platform fee",
            "paymentintent id",
            "payment source type",
            "reporting category",
            "seller message",
            "statement descriptor",
            "transfer date utc",
        ),
        usual=("id", "amount", "currency", "fee", "net", "customer email", "status"),
    ),
    Platform(
        "Shopify",
        marks=(
            "accepts marketing",
            "body html",
            "financial status",
            "fulfillment status",
            "lineitem name",
            "lineitem price",
            "lineitem quantity",
            "lineitem sku",
            "option1 name",
            "variant price",
            "variant sku",
        ),
        usual=(
            "name",
            "email",
            "paid at",
            "created at",
            "subtotal",
            "handle",
            "vendor",
        ),
    ),
    Platform(
        "PayPal",
        marks=(
            "balance impact",
            "from email address",
            "gross",
            "receipt id",
            "reference txn id",
            "timezone",
            "to email address",
            "transaction id",
        ),
        usual=("date", "time", "name", "type", "status", "currency", "fee", "net"),
        least=4,
    ),
    Platform(
        "QuickBooks",
        marks=(
            "clr",
            "invoiceno",
            "itemamount",
            "itemrate",
            "item product service",
            "memo description",
            "split",
            "transaction type",
            "trans #",
        ),
        usual=(
            "date",
            "num",
            "name",
            "account",
            "amount",
            "balance",
            "debit",
            "credit",
        ),
    ),
    Platform(
        "Xero",
        marks=(
            "accountcode",
            "contactname",
            "inventoryitemcode",
            "invoicenumber",
            "poaddressline1",
            "taxtype",
            "trackingname1",
            "unitamount",
        ),
        usual=("emailaddress", "invoicedate", "duedate", "description", "quantity"),
    ),
    Platform(
        "Square",
        marks=(
            "card entry methods",
            "device name",
            "event type",
            "gift card sales",
            "gross sales",
            "net sales",
            "pan suffix",
            "partial refunds",
            "total collected",
        ),
        usual=("date", "time", "time zone", "discounts", "tax", "tip", "location"),
        least=3,
    ),
    Platform(
        "WooCommerce",
        marks=(
            "order number",
            "order status",
            "customer note",
            "first name billing",
            "last name billing",
            "payment method title",
            "cart discount amount",
        ),
        usual=("order date", "order total amount", "sku", "item name"),
        least=3,
    ),
    Platform(
        "Wise",
        marks=(
            "transferwise id",
            "running balance",
            "exchange to amount",
            "payee name",
        ),
        usual=("date", "amount", "currency", "description", "merchant"),
    ),
)

# A bank export has a date, an amount and something only an account has.
BANK_DATE = ("date", "booking date", "posting date", "buchungstag", "buchungsdatum")
BANK_AMOUNT = (
    "amount",
    "betrag",
    "umsatz",
    "debit",
    "credit",
    "soll",
    "haben",
    "money in",
    "money out",
    "paid in",
    "paid out",
)
BANK_MARKS = (
    "account number",
    "balance",
    "bic",
    "buchungstext",
    "counterparty",
    "iban",
    "kontonummer",
    "saldo",
    "saldo nach buchung",
    "sort code",
    "statement balance",
    "value date",
    "valuta",
    "valutadatum",
    "verwendungszweck",
    "wertstellung",
)


def find_platform(columns: Sequence[str]) -> dict[str, Any]:
    """Return `name` of the exporting program, `evidence` (columns) and `reason`."""
    known = {normal(column): column for column in columns}
    scored = [(_matches(platform, known), platform) for platform in PLATFORMS]
    (marks, usual), best = max(scored, key=lambda item: _weight(item[0]))
    if marks:
        evidence = [*marks, *usual]
        reason = f"{len(evidence)} of {len(columns)} columns are those of {best.name}."
        return {"name": best.name, "evidence": evidence, "reason": reason}
    bank = _bank_columns(known)
    if bank:
        reason = "A date, an amount and columns that only bank accounts have."
        return {"name": "bank export", "evidence": bank, "reason": reason}
    reason = "No program that I know exports these columns."
    return {"name": "unknown", "evidence": [], "reason": reason}


def normal(column: str) -> str:
    """Return a column's name without case, signs and doubled spaces."""
    return " ".join(re.sub(r"[^\w#]|_", " ", column.casefold()).split())


def _matches(platform: Platform, known: dict[str, str]) -> tuple[list[str], list[str]]:
    marks = [known[name] for name in platform.marks if name in known]
    if len(marks) < platform.least:
        return [], []
    return marks, [known[name] for name in platform.usual if name in known]


def _weight(found: tuple[list[str], list[str]]) -> tuple[int, int]:
    marks, usual = found
    return len(marks), len(usual)


def _bank_columns(known: dict[str, str]) -> list[str]:
    dates = [known[name] for name in known if name in BANK_DATE]
    amounts = [known[name] for name in known if name in BANK_AMOUNT]
    marks = [known[name] for name in known if name in BANK_MARKS]
    return [*dates, *amounts, *marks] if dates and amounts and marks else []
