"""What kind of document a table is, judged by the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks_app.operations.files.platforms import normal


@dataclass(frozen=True)
class Kind:
    """A kind of document: `needs` are clues it cannot do without, `has` others.

    A clue is a set of words; a column shows it by having all words of one of them.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    has: tuple[tuple[str, ...], ...]
    least: int = 3


ORDER = ("order", "lineitem", "fulfillment", "fulfilled")
INVOICE = ("invoice", "invoiceno", "invoicenumber", "rechnung", "rechnungsnummer")
AMOUNT = (
    "amount",
    "betrag",
    "credit",
    "debit",
    "gross",
    "money in",
    "money out",
    "net",
    "paid in",
    "paid out",
    "total",
    "umsatz",
)
DATE = ("date", "created", "datum", "buchungstag", "time", "posted")
PERSON = ("first name", "last name", "contact", "full name", "vorname", "nachname")
PLACE = ("address", "street", "city", "country", "zip", "postcode", "plz", "ort")

# Where two kinds have equally many clues, the one further up is taken.
KINDS = (
    Kind(
        "contracts",
        needs=(("contract", "agreement", "vertrag"),),
        has=(
            ("expiry", "expires", "end date", "term"),
            ("execution", "start date", "signed", "effective"),
            ("supplier", "suppliers", "vendor", "counterparty", "party"),
            AMOUNT,
        ),
    ),
    Kind(
        "invoices",
        needs=(INVOICE,),
        has=(
            ("due", "duedate", "due date", "fällig"),
            ("customer", "contactname", "contact", "bill to", "kunde"),
            ("tax", "vat", "taxtype", "mwst"),
            (*AMOUNT, "unitamount", "itemamount"),
            (*DATE, "invoicedate"),
        ),
    ),
    Kind(
        "payouts",
        needs=(("payout", "transfer", "arrival", "deposit id", "settlement"),),
        has=(
            ("destination", "bank", "automatic"),
            ("available", "arrival", "transfer date"),
            ("fee", "fees"),
            AMOUNT,
            DATE,
        ),
    ),
    Kind(
        "orders",
        needs=(ORDER,),
        has=(
            ("quantity", "qty", "items"),
            ("shipping", "fulfillment", "delivery"),
            ("subtotal", "total", "discount"),
            ("customer", "email", "billing"),
            ("sku", "item", "product"),
        ),
    ),
    Kind(
        "products",
        needs=(("sku", "product", "handle", "barcode", "ean", "artikel"),),
        has=(
            ("price", "preis", "cost"),
            ("stock", "inventory", "quantity", "bestand"),
            ("title", "name", "description", "bezeichnung"),
            ("vendor", "brand", "category", "type"),
            ("weight", "variant", "option1"),
        ),
    ),
    Kind(
        "transactions",
        needs=(AMOUNT, DATE),
        has=(
            ("balance", "saldo"),
            ("fee", "net", "currency", "währung"),
            ("description", "memo", "verwendungszweck", "reference", "buchungstext"),
            ("transaction", "payment", "iban", "account", "paymentintent"),
            ("status", "type"),
        ),
    ),
    Kind(
        "contacts",
        needs=(("email", "e mail", "phone", "telefon", "mobile"),),
        has=(PERSON, PLACE, ("company", "firma", "organization"), ("name",)),
    ),
    Kind(
        "companies",
        needs=(("symbol", "ticker", "cik", "company", "security", "duns"),),
        has=(
            ("sector", "industry", "sub industry"),
            ("headquarters", "country", "location"),
            ("founded", "employees", "exchange"),
        ),
    ),
    Kind(
        "employees",
        needs=(("employee", "staff", "personnel", "mitarbeiter"),),
        has=(
            ("salary", "wage", "hours", "rate", "gehalt"),
            ("department", "position", "job title", "role"),
            ("hired", "hire date", "start date"),
        ),
    ),
)


def classify(columns: Sequence[str]) -> dict[str, Any]:
    """Return `type` of the document, `evidence` (columns) and `reason`."""
    padded = {f" {normal(column)} ": column for column in columns}
    found = [(kind, _evidence(kind, padded)) for kind in KINDS]
    kind, evidence = max(found, key=lambda item: len(item[1]))
    if not evidence:
        reason = "The columns do not add up to a kind of document that I know."
        return {"type": "unknown", "evidence": [], "reason": reason}
    reason = f"{len(evidence)} columns are typical of {kind.name}."
    return {"type": kind.name, "evidence": evidence, "reason": reason}


def _evidence(kind: Kind, padded: dict[str, str]) -> list[str]:
    """Return a column for each clue; none if what the kind needs is missing."""
    needed = [_column(clue, padded) for clue in kind.needs]
    if not all(needed):
        return []
    clues = [*needed, *(_column(clue, padded) for clue in kind.has)]
    columns = list(dict.fromkeys(column for column in clues if column))
    return columns if len(columns) >= kind.least else []


def _column(clue: Sequence[str], padded: dict[str, str]) -> str | None:
    """Return the first column with one of the clue's words."""
    for name, column in padded.items():
        if any(f" {words} " in name for words in clue):
            return column
    return None
