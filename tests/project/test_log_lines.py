"""A record is one line, says for whom it was written, and tells no secret."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from config.log_lines import JsonLines, TextLines, TraceFilter
from tasks_app.trace import Trace, current, request_id, traced

pytestmark = pytest.mark.embedded_only

SECRETS = [
    "Authorization: Bearer abc.s3cret-ghi",
    "GET /ws/?ticket=s3cret",
    "subprotocol sightline.ticket.s3cret_s3cret",
    "Cookie: sessionid=s3cret",
    "lease_token=s3cret",
    '{"password": "s3cret"}',
    "redis://:s3cret@redis:6379/0",
    "amqp://user:s3cret@rabbitmq//",
]
FORGED = "one\r\n2026-01-01 00:00:00,000 ERROR root: forged\x1b[2J\u2028\x85\x00"


def record(message, *arguments, error=None, **extra):
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("a.b", 40, __file__, 1, message, arguments, info)
    vars(made).update(extra)
    assert TraceFilter().filter(made)
    return made


def as_json(*arguments, **extra):
    line = JsonLines().format(record(*arguments, **extra))
    assert line.splitlines() == [line]
    return json.loads(line)


def raised(text):
    try:
        raise ValueError(text)
    except ValueError:
        return sys.exception()


def test_a_line_is_an_object_with_what_is_known():
    with traced(Trace("r-1", user=lambda: "alice", task="t-1", attempt=2)):
        line = as_json("Read %s rows", 3)

    assert line.pop("time").endswith("+00:00")
    assert line.pop("process") > 0
    assert line == {
        "level": "ERROR",
        "logger": "a.b",
        "message": "Read 3 rows",
        "request_id": "r-1",
        "user": "alice",
        "task": "t-1",
        "attempt": 2,
    }


def test_what_is_not_known_is_left_out():
    assert set(as_json("Hello")) == {"time", "level", "logger", "message", "process"}


def test_a_line_about_another_task_names_that_one():
    with traced(Trace("r-1", task="t-1")):
        assert as_json("Not published", task="t-2")["task"] == "t-2"


def test_what_libraries_add_stays_out():
    line = as_json("Not found", request=object(), data={"args": ["s3cret"]}, status=404)

    assert line["status"] == 404
    assert not {"request", "data"} & set(line)


@pytest.mark.parametrize("lines", [JsonLines, TextLines])
@pytest.mark.parametrize("secret", SECRETS)
def test_no_line_tells_a_secret(lines, secret):
    made = record("It broke: %s", secret, error=raised(secret), path=secret)

    assert "s3cret" not in lines().format(made)


def test_what_is_logged_cannot_forge_a_line_of_json():
    line = as_json(FORGED, path=FORGED, error=raised(FORGED))

    assert line["path"] == FORGED.replace("\x00", "")
    assert line["exception"].startswith("Traceback")


def test_what_is_logged_cannot_forge_a_line_of_text():
    first, *others = (
        TextLines().format(record(FORGED, error=raised(FORGED))).split("\n")
    )

    assert "one\\r\\n2026" in first
    assert others
    assert all(line.startswith("    ") for line in others)
    assert not any(mark in f"{first}{others}" for mark in "\r\x1b\u2028\x85\x00")


def test_all_who_work_for_one_request_know_the_same():
    with traced(Trace("r-1")) as trace:
        known = current()
        trace.user = "alice"

    assert known.user == "alice"
    assert current() == Trace()


@pytest.mark.parametrize("given", ["", "a b", "a\nb", "x" * 101, "<script>", "é"])
def test_an_id_that_is_not_plain_is_replaced(given):
    assert request_id(given) not in {given, request_id(given)}


def test_a_plain_id_is_kept():
    assert request_id("order-17/a.b:c+d=") == "order-17/a.b:c+d="
