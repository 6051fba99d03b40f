"""The OpenAPI document: nothing is missing in it, and nothing in it is made up."""

from __future__ import annotations

import copy
import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from openapi_spec_validator import OpenAPIV31SpecValidator

from tasks_app.api.filters import TaskFilter
from tasks_app.api.schema import problems
from tasks_app.credentials.credential import SENTENCES
from tasks_app.errors import TaskError
from tasks_app.events import TaskWire
from tasks_app.realtime.routing import http_urlpatterns

from .document import Document, document, generated

SCHEMA = "/api/v1/schema/"
FOR_PEOPLE = re.compile(r"^(admin/|$|api/v1/docs/)")
PAYLOAD = {"params", "error_detail"}  # of the task, for few to see
# Never an answer of REST.
INSIDE = {"operation_failed", "task_error", "ticket_invalid", "session_ended"}


def routes(patterns, before=""):
    """Every address of the URLconf, with `{}` for what varies."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, text)
        else:
            yield text


def plain(route):
    """The route as the document writes it, but for the names of what varies."""
    text = re.sub(r"\(\?P<\w+>.*?\)(?=/|\$|\\Z|$)|<[^>]+>|{\w+}", "{}", route)
    return "/" + re.sub(r"[\^$]|\\Z|\\", "", text).lstrip("/")


@pytest.fixture(scope="module")
def whole():
    return document().whole


def test_it_is_openapi_3_1(whole):
    assert whole["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(whole).iter_errors()) == []


def test_it_is_written_without_a_warning(tmp_path):
    place = tmp_path / "schema.yaml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(place))

    assert "openapi: 3.1" in place.read_text()


def test_every_route_is_in_it():
    known = {plain(path) for path in document().whole["paths"]}
    found = [*get_resolver().url_patterns, *http_urlpatterns]

    missing = {
        plain(route)
        for route in routes(found)
        if not FOR_PEOPLE.match(route) and plain(route) not in known
    }

    assert missing == set()


def test_every_operation_has_a_name_of_its_own_and_a_summary(whole):
    operations = document().operations.values()
    names = [operation["operationId"] for operation in operations]

    assert all(operation["summary"] for operation in operations)
    assert all(len(operation["tags"]) == 1 for operation in operations)
    assert len(set(names)) == len(names)


def test_links_lead_to_operations(whole):
    operations = document().operations.values()
    names = {operation["operationId"] for operation in operations}
    links = {
        link["operationId"]
        for operation in operations
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    }

    assert links
    assert links <= names


def test_every_filter_of_the_list_is_a_parameter(whole):
    given = document().operations["GET /api/v1/tasks/"]["parameters"]
    names = {parameter["name"] for parameter in given}

    assert names == {*TaskFilter.base_filters, "ordering", "page_size", "cursor"}


def test_a_task_has_the_members_that_are_sent_over_sockets(whole):
    shape = whole["components"]["schemas"]["Task"]

    assert set(shape["properties"]) == set(TaskWire.__annotations__)
    assert set(shape["properties"]) - set(shape["required"]) == PAYLOAD


def test_every_error_of_the_engine_has_its_code_in_it():
    def kinds(kind):
        for child in kind.__subclasses__():
            yield child
            yield from kinds(child)

    told = {code for known in problems.codes().values() for code in known}
    codes = {kind.code for kind in kinds(TaskError) if "code" in vars(kind)}
    codes |= set(SENTENCES)

    assert codes - INSIDE <= told


def test_errors_are_problem_documents_everywhere(whole):
    for route, operation in document().operations.items():
        for status, answer in operation["responses"].items():
            if status >= "400" and not route.endswith("/readyz"):
                name = answer["$ref"].rpartition("/")[2]
                content = whole["components"]["responses"][name]["content"]
                assert set(content) == {"application/problem+json"}


class TestWhoMayRead:
    pytestmark = pytest.mark.django_db

    def test_nobody_reads_it_without_signing_in(self, client):
        answer = client.get(SCHEMA)

        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_nobody_reads_the_page_without_signing_in(self, client):
        answer = client.get("/api/v1/docs/")

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")

    def test_whoever_is_signed_in_reads_it(self, client, alice):
        client.force_login(alice)

        assert client.get(SCHEMA).json()["openapi"].startswith("3.1")
        assert client.get("/api/v1/docs/").status_code == 200

    def test_operations_that_are_not_open_to_somebody_are_not_told_of(
        self, client, alice, superuser
    ):
        told = {}
        for user in (alice, superuser):
            client.force_login(user)
            told[user] = client.get(SCHEMA).content.decode()

        assert "maintenance.prune" not in told[alice]
        assert "maintenance.prune" in told[superuser]


class Answer:
    """An answer made by hand."""

    def __init__(self, status_code, content=b"", **headers):
        self.status_code, self.content = status_code, content
        self.headers = {"Content-Type": "application/json", "X-Request-ID": "one"}
        self.headers |= {name.replace("_", "-"): text for name, text in headers.items()}


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(418), "418 is not in the document"),
        (Answer(200, b'{"by_status": {}}'), "by_operation"),
        (Answer(200, b'{"by_status": {}, "by_operation": {}, "more": 1}'), "more"),
        (Answer(200, b"{}", Content_Type="text/html"), "is text/html"),
        (Answer(200, b"{}", X_Request_ID="two words"), "X-Request-ID"),
    ],
)
def test_an_answer_it_does_not_tell_of_is_found(answer, what):
    with pytest.raises(AssertionError, match=what):
        document().check("GET", "/api/v1/tasks/summary/", answer)


def test_a_status_taken_out_of_it_is_missed():
    whole = copy.deepcopy(generated())
    del whole["paths"]["/api/v1/tasks/summary/"]["get"]["responses"]["401"]

    with pytest.raises(AssertionError, match="401 is not in the document"):
        Document(whole).check("GET", "/api/v1/tasks/summary/", Answer(401))
