"""A failure that an operation meant is a line in the log; any other has its trace."""

from __future__ import annotations

import logging

import pytest

from tasks_app.operations.runner import attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(make_claimed, caplog):
    """Return a function that lets a task fail, and returns what was logged of it."""

    def fail(operation):
        params = {"message": "The till is closed.\npassword=hunter2"}
        task = make_claimed(operation, params=params)
        attempt(task)
        (record,) = (line for line in caplog.records if str(task.pk) in line.message)
        return record

    return fail


def test_what_was_meant_is_a_warning_of_one_line(failed):
    record = failed("workshop.refuse")

    assert record.levelno == logging.WARNING
    assert "The till is closed" in record.message
    assert "\n" not in record.message
    assert "hunter2" not in record.message


def test_what_was_not_is_an_error_with_its_trace(failed):
    record = failed("workshop.explode")

    assert record.levelno == logging.ERROR
    assert "Traceback" in record.message
    assert "hunter2" not in record.message
