"""Each parameter that is wrong, in each way, is refused by its name."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks_app.models import Task
from tests.api.test_problems import told
from tests.permissions.test_rest import CALLS

TASKS, BULK = "/api/v1/tasks/", "/api/v1/tasks/bulk/"
MANY = [f"field-{n}" for n in range(20_000)]
LONG, NUL, HALF = "x" * 100_000, "a\x00b", "a\ud800b"
NOT_TEXT = [1.5, True, ["a"], {"a": 1}, None, NUL, HALF, LONG, ""]
NOT_NUMBERS = ["high", True, 1.5, [1], {}, None, "9" * 5000, -1, ""]
NOT_OBJECTS = [[1], "text", 1, True]
# What decides who did what, and how often: only ever set by the engine itself.
OURS = {
    "status": "completed",
    "owner": "bob",
    "owner_id": 2,
    "attempt": 7,
    "max_attempts": 99,
    "version": 99,
    "lease_token": str(uuid.uuid4()),
    "id": str(uuid.uuid4()),
    "source": "admin",
    "result": {"rows": 1},
    "crash_count": 0,
    "created_at": "2026-01-01T00:00:00Z",
    "is_staff": True,
}

pytestmark = pytest.mark.django_db


def names(answer):
    """Return the fields that a refusal names, without what is inside of them."""
    return {name.split(".")[0] for name in told(answer, 400, "invalid_input")["errors"]}


@pytest.fixture
def api(alice):
    """Alice's client, signed in without any of the ceremony."""
    client = APIClient()
    client.force_authenticate(alice)
    return client


def post(api, path, body):
    """Post the JSON of `body` in ASCII, which can say half a character."""
    return api.post(path, json.dumps(body), content_type="application/json")


def cases(**wrong):
    """Return `name, value` for each wrong value of each name."""
    return [
        pytest.param(name, value, id=f"{name}={str(value)[:12]!r}-{number}")
        for name, values in wrong.items()
        for number, value in enumerate(values)
    ]


DATES = ["soon", "2026-13-01T00:00:00Z", "0000", NUL, "9" * 400]
IDS = ["seven", "1", NUL, "0199-", LONG[:300]]


@pytest.mark.parametrize(
    ("name", "value"),
    cases(
        status=["running", "failed,running", NUL, "FAILED", "failed;", "%00"],
        source=["nowhere", NUL, "api,admin"],
        priority=["high", "1.5.1", NUL, "Infinity", "NaN", "1e"],
        batch=IDS,
        created_after=DATES,
        created_before=DATES,
        finished_after=DATES,
        finished_before=DATES,
        operation=[NUL],
        owner=[NUL],
        queue=[NUL],
        search=[NUL],
        error_group=[NUL],
        ordering=["colour", "-", "--status", "status,priority", "owner__password", NUL],
        page_size=["0", "501", "-1", "many", "1.5", "9" * 5000, "\u0661"],
        cursor=["x", "!!!", "e30", "W10", "bnVsbA", "WyItY3JlYXRlZF9hdCIsZmFsc2Us"],
        colour=["red"],
        offset=["1"],
        owner__password=["x"],
    ),
)
def test_a_wrong_parameter_of_the_list(api, name, value):
    assert names(api.get(TASKS, {name: value})) == {name}


@pytest.mark.embedded_only
@pytest.mark.parametrize("call", CALLS)
def test_a_parameter_that_a_call_does_not_know(api, make_task, call):
    """A call is a method and an address; the table has every one there is."""
    method, path = call.format(id=make_task().pk, artifact=1).split()
    more = "&" if "?" in path else "?"

    answer = getattr(api, method.lower())(f"{path}{more}colour=red&after_=1", {})

    assert names(answer) == {"colour", "after_"}


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("name", "value"),
    cases(
        operation=[*NOT_TEXT, "no.such"],
        params=[*NOT_OBJECTS, *({"text": text} for text in (1, NUL, HALF)), {HALF: 1}],
        title=[["a"], {"a": 1}, None, NUL, HALF, LONG, "a\nb", "a\u202eb"],
        priority=[*NOT_NUMBERS, 10, 10**30],
        queue=[*NOT_TEXT, "a b", "../x", "x" * 51],
        not_before=["soon", 1, True, [], {}, "2026-13-01", NUL],
        file=["text", 1, [], {}],
    ),
)
def test_a_wrong_field_of_a_submission(api, name, value):
    answer = post(api, TASKS, {"operation": "workshop.echo", name: value})

    assert names(answer) == {name}
    assert not Task.objects.exists()


@pytest.mark.embedded_only
@pytest.mark.parametrize("body", [[], [{}], "text", 1, True])
@pytest.mark.parametrize("path", [TASKS, BULK, "{task}cancel/", "/api/v1/auth/token/"])
def test_a_body_that_is_no_object(api, make_task, path, body):
    task = make_task()

    answer = post(api, path.format(task=f"{TASKS}{task.pk}/"), body)

    assert names(answer) == {""}
    assert "must be a JSON object" in answer.json()["detail"]


@pytest.mark.embedded_only
@pytest.mark.parametrize("verb", ["retry", "cancel", "pause", "resume"])
@pytest.mark.parametrize(("name", "value"), cases(expected_version=[*NOT_NUMBERS, 0]))
def test_a_wrong_version_of_an_action(api, make_task, verb, name, value):
    task = make_task()

    answer = post(api, f"{TASKS}{task.pk}/{verb}/", {name: value})

    assert names(answer) == {name}
    assert Task.objects.get() == task


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("name", "value"),
    cases(
        action=[*NOT_TEXT, "explode", "CANCEL"],
        ids=[
            "seven",
            1,
            True,
            {},
            [],
            None,
            ["seven"],
            [1.5],
            [None],
            [[]],
            [{}],
            [NUL],
        ],
    ),
)
def test_a_wrong_field_of_a_bulk(api, name, value):
    asked = {"action": "cancel", "ids": [str(uuid.uuid4())], name: value}

    assert names(post(api, BULK, asked)) == {name}


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "wrong",
    [
        *NOT_OBJECTS,
        None,
        {"colour": "red"},
        {"status": "failed"},
        {"status": ["running"]},
        {"owner": 1},
        {"search": LONG},
        {"error_group": LONG},
        {"search": NUL},
        {"created_before": "0001-01-01T00:00:00+14:00"},
        {"finished_after": "2026-03-04T05:06:07"},
        {"finished_before": "2026-13-04T05:06:07Z"},
        {"priority": True},
    ],
)
def test_a_wrong_filter_of_a_bulk(api, wrong):
    answer = post(api, BULK, {"action": "cancel", "filter": wrong})

    assert names(answer) == {"filter"}
    assert not Task.objects.exists()


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TASKS, {"operation": "workshop.echo"}),
        (BULK, {"action": "cancel", "ids": [str(uuid.uuid4())]}),
        ("{task}retry/", {}),
        ("{task}cancel/", {}),
        ("{task}pause/", {}),
        ("{task}resume/", {}),
        ("DELETE {task}", {}),
        ("/api/v1/auth/token/", {"username": "alice", "password": "alice"}),
        ("/api/v1/auth/refresh/", {"refresh": "x"}),
        ("/api/v1/auth/logout/", {"refresh": "x"}),
        ("/api/v1/auth/ticket/", {}),
    ],
)
def test_what_is_not_the_callers_to_say_is_refused(api, make_task, path, body):
    task = make_task()
    before = Task.objects.values().get()
    method, _, path = path.format(task=f"{TASKS}{task.pk}/").rpartition(" ")
    ask = api.delete if method else api.post

    answer = ask(path, {**body, **OURS})

    assert names(answer) == set(OURS)
    assert Task.objects.values().get() == before


def test_a_name_that_is_no_text_is_refused_too(api):
    answer = post(api, TASKS, {"operation": "workshop.echo", HALF: 1})

    assert names(answer) == {"a\ufffdb"}


def test_a_form_may_not_say_it_either(api):
    form = {"operation": "workshop.echo", "status": "completed", "owner": "bob"}

    assert names(api.post(TASKS, form, format="multipart")) == {"status", "owner"}


@pytest.mark.parametrize("name", ["operation", "title", "file"])
def test_what_a_form_says_twice_is_not_lost_in_silence(api, name):
    files = [SimpleUploadedFile(f"{n}.csv", b"a,b\n1,2\n") for n in range(2)]
    form = {"operation": "files.process", "title": "one", "file": files[0]}
    twice = files if name == "file" else [form[name]] * 2

    answer = api.post(TASKS, {**form, name: twice}, format="multipart")

    assert names(answer) == {name}
    assert not Task.objects.exists()


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (f"/api/v1/auth/{path}/", *case.values)
        for path, wrong in {
            "token": {"username": NOT_TEXT[1:], "password": [True, [], {}, None, ""]},
            "refresh": {"refresh": [True, [], {}, None, NUL, HALF, ""]},
            "logout": {"refresh": [True, [], {}, None, NUL, HALF, ""]},
            "ticket": {"path": [*NOT_TEXT, "/ws/", "/ws/v1/tasks"]},
        }.items()
        for case in cases(**wrong)
    ],
)
def test_a_wrong_field_of_signing_in(api, path, name, value):
    whole = {
        "token": {"username": "alice", "password": "alice"},
        "refresh": {"refresh": "x"},
    }
    body = {**whole.get(path.split("/")[4], {}), name: value}

    assert names(post(api, path, body)) == {name}


@pytest.mark.parametrize(
    "path",
    [f"{TASKS}{{pk}}/events/", "/api/v1/events/"],
)
@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 5000, NUL])
def test_a_wrong_place_in_a_history(api, make_task, path, value):
    answer = api.get(path.format(pk=make_task().pk), {"after": value})

    assert names(answer) == {"after"}


@pytest.mark.parametrize("after", ["9" * 9, "9" * 18, "9" * 19, "9" * 30])
def test_a_version_that_no_task_reaches_is_past_the_end(api, make_task, after):
    answer = api.get(f"{TASKS}{make_task().pk}/events/", {"after": after})

    assert answer.status_code == 200
    assert answer.json() == []


@pytest.mark.parametrize("pk", ["seven", "1", "x" * 5000, "%00", "..", "0199%2f"])
@pytest.mark.parametrize("rest", ["", "events/", "artifacts/1/"])
def test_an_id_that_is_none_is_like_a_task_that_is_not_there(api, pk, rest):
    told(api.get(f"{TASKS}{pk}/{rest}"), 404, "not_found")


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 400, "x", "-1", "\u0661"])
def test_a_number_of_no_artifact(api, make_task, number):
    told(api.get(f"{TASKS}{make_task().pk}/artifacts/{number}/"), 404, "not_found")


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Bearer {LONG}",
        "Bearer \x00",
        "Basic eA==",
    ],
)
def test_a_wrong_authorization(header):
    answer = APIClient(headers={"Authorization": header}).get(TASKS)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (
        401,
        'Bearer realm="sightline"',
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (BULK, {"action": "cancel", "ids": [1] * 20_000}),
        (BULK, {"action": "cancel", "ids": [str(uuid.uuid4())] * 20_000}),
        (BULK, {"action": "cancel", "filter": {"status": [1] * 20_000}}),
        (f"{TASKS}batch/", {"tasks": [1] * 20_000}),
        (f"{TASKS}batch/", {"tasks": [{}] * 1_000}),
        (TASKS, {"operation": "workshop.echo", "params": dict.fromkeys(MANY, 1)}),
        (TASKS, dict.fromkeys(MANY, 1)),
    ],
)
def test_an_answer_does_not_outgrow_its_request(api, path, body):
    answer = api.post(path, body)

    assert answer.status_code == 400
    assert len(answer.content) < 20_000
