"""Methods and parameters that a call does not know."""

from __future__ import annotations

import pytest

TASKS = "/api/v1/tasks/"


@pytest.mark.parametrize("path", [TASKS, f"{TASKS}bulk/", f"{TASKS}summary/"])
def test_options_tell_nothing_that_the_document_does_not(api, path):
    answer = api.options(path)

    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_only_reads_needs_no_token_to_say_so(api, path):
    answer = api.post(path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_there_is_no_parameter_for_the_format(api):
    answer = api.get(f"{TASKS}?format=csv")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["format"]
