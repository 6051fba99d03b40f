"""A search finds words, phrases and beginnings, and says why a hit is where it is."""

from __future__ import annotations

import openpyxl
import pytest

from tasks_app.operations.contracts import search
from tests.operations.contracts.conftest import contract
from tests.operations.files.conftest import artifact, result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server

CONTRACTS = [
    contract(1, title="Café refurbishment in Dickson", contractor="Müller & Søn"),
    contract(2, title="Supply of cafes", contractor="Refurbishment Pty Ltd"),
    contract(3, title="Refurbished café", directorate="Dickson Office"),
    contract(4, title="Refurbishment of the Dickson café", contractor="O'Brien"),
    contract(5, title="Straße, über die Brücke", contractor="Dickson"),
    contract(6, title="Brien and O", contractor="Café Refurbishment"),
]


@pytest.fixture
def find(run, write):
    run("import", write(CONTRACTS))

    def find(query, **params):
        result = result_of(run("search", query=query, **params))
        return [hit["contract_number"] for hit in result["best"]]

    return find


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("cafe", "1346"),
        ("CAFÉ", "1346"),
        ("caf*", "12346"),
        ("refurb* dickson", "134"),
        ('"refurbishment in dickson"', "1"),
        ("„café refurbishment“", "16"),
        ('"dickson refurbishment"', ""),
        ("o'brien", "4"),
        ("mueller", ""),
        ("muller son", "1"),
        ("strasse", "5"),
        ("C4", "4"),
        ("nothing", ""),
        ("in", "1"),
        ("*", None),
        ('""', None),
    ],
)
def test_what_is_found(find, run, query, numbers):
    if numbers is None:
        task = run("search", query=query)
        assert (task.status, task.error_code) == ("failed", "nothing_to_search")
    else:
        assert sorted(find(query)) == [f"C{n}" for n in numbers]


def test_no_phrase_reaches_from_one_field_into_the_next(find):
    assert find('"dickson müller"') == []
    assert find('"C1 café"') == []


def test_any_of_the_words_is_enough_when_asked(find):
    assert sorted(find("strasse cafes", match="any")) == ["C2", "C5"]
    assert find("strasse cafes") == []


def test_hits_are_ranked_by_where_the_words_stand(find):
    assert find("café refurbishment") == ["C1", "C4", "C6"]  # in order, title, firm
    assert find("dickson") == ["C1", "C4", "C5", "C3"]  # title, contractor, office


def test_the_reasons_of_a_hit_add_up_to_its_score(run, write):
    run("import", write(CONTRACTS))

    result = result_of(run("search", query="refurb* dickson C3", match="any"))

    assert result["hits"] == len(result["best"]) == 6
    for hit in result["best"]:
        assert hit["score"] == sum(int(why.rpartition(": ")[2]) for why in hit["why"])
    best = result["best"][0]
    assert best["contract_number"] == "C3"
    assert best["why"] == [
        "“refurb*” in the title: 5",
        "“dickson” in the directorate: 4",
        "“c3” in the contract number: 20",
    ]


def test_equal_hits_have_the_later_and_larger_first(run, write):
    rows = [
        contract(1, amount="5.00"),
        contract(2, amount="7.00"),
        contract(3, amount="1.00", execution_date="2026-01-01"),
        contract(4, amount=""),
    ]
    run("import", write(rows))

    result = result_of(run("search", query="mowing"))

    numbers = [hit["contract_number"] for hit in result["best"]]
    assert numbers == ["C3", "C2", "C1", "C4"]


def test_the_result_is_bounded_and_the_file_has_more(run, write, monkeypatch):
    monkeypatch.setattr(search, "MOST", 30)
    run("import", write([contract(n, amount=f"{n}.00") for n in range(50)]))

    task = run("search", query="mowing", limit=3)

    result = result_of(task)
    assert (result["hits"], result["shown"], result["in_file"]) == (50, 3, 30)
    sheet = openpyxl.load_workbook(artifact(task, "hits.xlsx"))["Hits"]
    numbers = [row[1] for row in sheet.values]
    assert numbers == ["Contract number", *(f"C{n}" for n in range(49, 19, -1))]


def test_filters_narrow_a_search(find):
    assert find("café", filters={"directorates": ["Dickson Office"]}) == ["C3"]
