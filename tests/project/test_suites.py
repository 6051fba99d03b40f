"""`make test` closes with a line about each suite, and its exit code is true to it."""

from __future__ import annotations

import subprocess
import sys
from typing import NoReturn

import pytest

from tests import run
from tests.project.files import ROOT
from tests.servers import ServerError
from tests.servers.environment import inherited

pytestmark = pytest.mark.embedded_only


def missing(choice: run.Choice) -> NoReturn:
    raise run.LeftOutError("RabbitMQ is not installed")


def broken(choice: run.Choice) -> NoReturn:
    raise ServerError("redis never answered.")


def test_a_suite_that_cannot_run_is_named_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(run.SUITES, "servers", missing)
    monkeypatch.delenv("CI", raising=False)

    assert run.main(["--suite", "servers"]) == 0
    assert "servers     left out: RabbitMQ is not installed" in capsys.readouterr().out


def test_a_suite_left_out_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.SUITES, "servers", missing)
    monkeypatch.setenv("CI", "true")

    assert run.main(["--suite", "servers"]) == 1


def test_a_server_that_does_not_start_is_a_failure_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(run.SUITES, "servers", broken)
    monkeypatch.delenv("CI", raising=False)

    assert run.main(["--suite", "servers"]) == 1


def test_marks_that_were_asked_for_narrow_what_a_suite_runs() -> None:
    assert run.Choice([], "").without("browser") == "not browser"
    assert run.Choice([], "a or b").without("c") == "(a or b) and not c"


def test_a_choice_is_everything_until_a_path_or_a_word_narrows_it() -> None:
    assert run.Choice(["-q", "--durations=9"], "").is_everything
    assert not run.Choice(["tests/engine"], "").is_everything
    assert not run.Choice(["-k", "cancel"], "").is_everything
    assert not run.Choice([], "servers_only").is_everything


def test_every_suite_has_a_lane() -> None:
    assert sorted(sum(run.LANES, ())) == sorted(run.SUITES)


def test_the_folders_that_are_run_apart_are_there() -> None:
    assert all((ROOT / folder).is_dir() for folder in run.WAITING)


@pytest.mark.parametrize(
    ("chosen", "code", "words"),
    [
        ("tests/project/test_requirements.py", 0, "embedded    passed: 6 passed"),
        ("tests/project/test_nothing.py", 1, "embedded    failed:"),
    ],
)
def test_a_real_run_closes_with_its_counts(chosen: str, code: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.run", "--suite", "embedded", "-q", chosen],
        cwd=ROOT,
        env=inherited(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout
    assert words in done.stdout
