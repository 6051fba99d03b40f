"""The columns of a table tell which program exported it and what it is."""

from __future__ import annotations

import pytest

from tasks_app.operations.files.names.documents import classify
from tasks_app.operations.files.names.platforms import find_platform

pytestmark = pytest.mark.embedded_only  # says nothing of a server

HEADERS = {
    ("Stripe", "payouts"): "id,Type,Source,Amount,Fee,Destination Platform Fee,Net,"
    "Currency,Created (UTC),Available On (UTC),Transfer,Transfer Date (UTC)",
    ("Stripe", "transactions"): "id,Created date (UTC),Amount,Amount Refunded,Currency,"
    "Captured,Converted Amount,Description,Fee,PaymentIntent ID,Status,Card Brand",
    ("Shopify", "orders"): "Name,Email,Financial Status,Paid at,Fulfillment Status,"
    "Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku",
    ("Shopify", "products"): "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,"
    "Variant SKU,Variant Price,Variant Inventory Qty",
    (
        "PayPal",
        "transactions",
    ): "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,"
    "Fee,Net,From Email Address,To Email Address,Transaction ID,Balance",
    ("QuickBooks", "transactions"): "Date,Transaction Type,Num,Name,Memo/Description,"
    "Split,Amount,Balance",
    ("Xero", "invoices"): "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,"
    "*DueDate,*Description,*Quantity,*UnitAmount,*AccountCode,*TaxType",
    ("Square", "transactions"): "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,"
    "Tax,Tip,Partial Refunds,Total Collected,Card Entry Methods,Transaction ID",
    ("bank export", "transactions"): "Buchungstag;Valutadatum;Buchungstext;"
    "Verwendungszweck;IBAN;BIC;Betrag (EUR);Währung".replace(";", ","),
    ("unknown", "contacts"): "First Name,Last Name,Email,Phone,Company,City",
    ("unknown", "contracts"): "contract_number,title,status,execution_date,"
    "expiry_date,amount,suppliers",
    ("unknown", "companies"): "Symbol,Security,GICS Sector,Headquarters Location,CIK",
    ("unknown", "employees"): "employee_id,full_name,department,hire_date,hours",
    ("unknown", "unknown"): "a,b,c",
}


@pytest.mark.parametrize(("names", "header"), HEADERS.items(), ids=str)
def test_a_header_tells_its_origin(names: tuple[str, str], header: str) -> None:
    columns = header.split(",")
    assert find_platform(columns)["name"] == names[0]
    assert classify(columns)["type"] == names[1]


def test_the_evidence_are_columns_as_the_file_calls_them() -> None:
    columns = ["created_utc", "Reporting Category", "GROSS", "note"]
    platform = find_platform(columns)
    assert platform["name"] == "Stripe"
    assert platform["evidence"] == ["created_utc", "Reporting Category"]
    assert "2 of 4" in platform["reason"]


def test_one_name_alone_is_no_evidence() -> None:
    found = find_platform(["Gross", "Card Brand", "note"])
    assert (found["name"], found["evidence"]) == ("unknown", [])
    assert found["reason"]


def test_a_word_inside_another_is_no_clue() -> None:
    assert classify(["border", "reordering", "subtotals"])["type"] == "unknown"
