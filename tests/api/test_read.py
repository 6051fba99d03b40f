"""GET /api/v1/tasks/ and below."""

from __future__ import annotations

import uuid

import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN

URL = "/api/v1/tasks/"


def titles(response):
    return [task["title"] for task in response.json()["results"]]


def test_the_list_is_newest_first_and_only_ones_own(api, make_task, bob):
    make_task(title="one")
    make_task(title="two")
    make_task(title="of bob", owner=bob)

    assert titles(api.get(URL)) == ["two", "one"]


def test_staff_see_the_tasks_of_all(api_of_staff, make_task, bob):
    make_task(title="of alice")
    make_task(title="of bob", owner=bob)

    assert titles(api_of_staff.get(URL)) == ["of bob", "of alice"]


def test_pages_follow_each_other_without_gap_or_double(api, make_task):
    for number in range(7):
        make_task(title=str(number))

    page, seen = api.get(URL, {"page_size": 3}), []
    while True:
        seen += titles(page)
        if not (following := page.json()["next"]):
            break
        make_task(title="new")  # what comes in front moves no page
        page = api.get(following)

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_the_list_is_filtered_by_status(api, make_task, make_claimed):
    make_task(title="waits")
    make_claimed(title="runs")
    lifecycle.cancel(make_task(title="over"), origin=ORIGIN)

    assert titles(api.get(URL, {"status": "processing"})) == ["runs"]
    assert titles(api.get(URL, {"status": "processing,cancelled"})) == ["over", "runs"]


def test_a_status_that_does_not_exist_is_refused_by_name(api):
    response = api.get(URL, {"status": "done"})

    assert response.status_code == 400
    assert "done" in response.json()["errors"]["status"][0]


def test_the_list_is_searched_in_title_and_id(api, make_task):
    task = make_task(title="Invoices of March")
    make_task(title="Orders")

    assert titles(api.get(URL, {"search": "march"})) == ["Invoices of March"]
    assert titles(api.get(URL, {"search": str(task.pk)})) == ["Invoices of March"]


def test_a_page_costs_the_same_queries_however_many_tasks(
    api, make_task, django_assert_max_num_queries
):
    for _ in range(20):
        make_task()

    with django_assert_max_num_queries(6):
        api.get(URL)


def test_one_task_is_shown_whole_to_its_owner(api, make_claimed):
    task = lifecycle.complete(make_claimed(), result={"rows": 3})

    body = api.get(f"{URL}{task.pk}/").json()

    assert (body["status"], body["status_label"]) == ("completed", "Completed")
    assert (body["result"], body["artifacts"]) == ({"rows": 3}, [])
    assert body["progress"]["percent"] == 100
    assert body["finished_at"].endswith("Z")
    assert not {"params", "error_detail", "lease_token"} & set(body)


@pytest.mark.parametrize("address", ["", "events/", "artifacts/1/"])
def test_what_may_not_be_seen_is_like_what_does_not_exist(
    api_of_bob, make_task, address
):
    hidden = api_of_bob.get(f"{URL}{make_task().pk}/{address}")
    nothing = api_of_bob.get(f"{URL}{uuid.uuid4()}/{address}")

    assert (hidden.status_code, nothing.status_code) == (404, 404)
    anybody = {"request_id": ""}
    assert hidden.json() | anybody == nothing.json() | anybody


def test_a_stranger_is_asked_to_sign_in(client, make_task):
    response = client.get(f"{URL}{make_task().pk}/")

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_the_history_is_told_from_a_version_on(api, make_claimed):
    task = lifecycle.complete(make_claimed(), result={})

    whole = api.get(f"{URL}{task.pk}/events/").json()
    rest = api.get(f"{URL}{task.pk}/events/", {"after": 2}).json()

    assert [event["to_status"] for event in whole] == [
        "pending",
        "processing",
        "completed",
    ]
    assert rest == whole[2:]


def test_a_version_that_is_no_number_is_refused_by_name(api, make_task):
    response = api.get(f"{URL}{make_task().pk}/events/", {"after": "yesterday"})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["after"]


def test_an_artifact_is_downloaded_and_never_shown(api, make_claimed, tmp_path):
    (path := tmp_path / "page.html").write_text("<script>alert(1)</script>")
    task = lifecycle.add_artifact(
        make_claimed(), path=path, name="page.html", content_type="text/html"
    )
    (artifact,) = api.get(f"{URL}{task.pk}/").json()["artifacts"]

    response = api.get(artifact["url"])

    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"".join(response) == path.read_bytes()
    assert artifact["size"] == path.stat().st_size


def test_the_operations_are_listed_with_the_schema_of_their_parameters(api):
    operations = {
        found["name"]: found for found in api.get("/api/v1/operations/").json()
    }

    assert operations["workshop.echo"]["params"]["properties"] == {
        "text": {"type": "string"}
    }
    assert ".csv" in operations["files.process"]["accepts"]
