"""Runs every suite and closes with one line about each: `python -m tests.run`.

embedded    everything but the browser on SQLite with a private Redis
processes   the part of it that kills and waits for processes, when all of it is run
browser     the pages in a real browser, on the same
servers     everything but the browser on PostgreSQL, RabbitMQ and Redis
javascript  the modules of the pages under Node

Three suites run at a time: most of what they do is to wait for processes of theirs. A
suite whose servers can neither be found nor installed is left out, which is a
failure when CI is set. What follows the options goes to pytest:
`python -m tests.run --suite servers tests/lifecycle -k cancel`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import (
    PostgresServer,
    RabbitServer,
    RedisServer,
    ServerError,
    postgres,
    rabbitmq,
)
from tests.servers.browser import chromium
from tests.servers.debian import install
from tests.servers.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
JAVASCRIPT = ("static/js/**/*.test.*js", "tests/javascript/**/*.test.*js")
WAITING = ("tests/chaos", "tests/engine", "tests/run_command")


@dataclass(frozen=True)
class Outcome:
    """How a suite ended: `passed`, `failed` or `left out`, and a few words more.

    `failures` has a line for each test that failed: which, and the error's first line.
    They are printed last, where a log that was cut short still shows them.
    """

    suite: str
    ending: str
    words: str
    failures: Sequence[str] = ()

    def __str__(self) -> str:
        lines = [f"{self.suite:<11} {self.ending}: {self.words}"]
        return "\n".join([*lines, *(f"    {failure}" for failure in self.failures)])


class LeftOutError(Exception):
    """A suite cannot run here; the text says what is missing."""


@dataclass(frozen=True)
class Choice:
    """What the command line asked for: pytest's arguments and a mark expression."""

    arguments: Sequence[str]
    marks: str

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows what is run, but for options of pytest."""
        return all(word.startswith("-") for word in self.arguments) and not self.marks

    def only(self, mark: str) -> str:
        """The mark expression that leaves everything but `mark` out."""
        return f"({self.marks}) and {mark}" if self.marks else mark

    def without(self, *marks: str) -> str:
        """The mark expression that also leaves `marks` out."""
        asked = [f"({self.marks})"] if self.marks else []
        return " and ".join([*asked, *(f"not {mark}" for mark in marks)])


def main(arguments: Sequence[str]) -> int:
    """Run the suites asked for and return the exit code of the whole."""
    parser = argparse.ArgumentParser(prog="make test", allow_abbrev=False)
    parser.add_argument("--suite", choices=SUITES, action="append")
    parser.add_argument("-m", dest="marks", default="")
    options, rest = parser.parse_known_args(arguments)
    names = options.suite or list(SUITES)
    outcomes = _run_all(names, Choice(rest, options.marks))
    print("\n" + "\n".join(map(str, outcomes)), flush=True)
    refused = {"failed", "left out"} if os.environ.get("CI") else {"failed"}
    return int(any(outcome.ending in refused for outcome in outcomes))


def _run_all(names: Sequence[str], choice: Choice) -> list[Outcome]:
    """Run the suites, in three lanes when there are several; outcomes as they ended."""
    lanes = [[name for name in lane if name in names] for lane in LANES]
    with ThreadPoolExecutor(len(LANES)) as pool:
        try:
            ended = pool.map(lambda lane: _outcomes(lane, choice), lanes)
            return [outcome for lane in ended for outcome in lane]
        except BaseException:
            _stopping.set()
            for process in list(_running):
                process.terminate()  # its lane unwinds, which stops its servers
            raise


def _outcomes(names: Sequence[str], choice: Choice) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for name in names:
        try:
            outcomes += SUITES[name](choice)
        except LeftOutError as reason:
            outcomes.append(Outcome(name, "left out", str(reason)))
        except ServerError as reason:
            outcomes.append(Outcome(name, "failed", str(reason)))
    return outcomes


def embedded(choice: Choice) -> Iterator[Outcome]:
    """SQLite and a private Redis."""
    marks = choice.without("servers_only", "browser")
    if choice.is_everything:
        others = [*choice.arguments, *(f"--ignore={folder}" for folder in WAITING)]
        choice = replace(choice, arguments=others)
    yield from _on_sqlite("embedded", choice, marks)


def processes(choice: Choice) -> Iterator[Outcome]:
    """What `embedded` leaves to it, so that one of them works while the other waits."""
    if choice.is_everything:
        marks = choice.without("servers_only", "browser")
        choice = replace(choice, arguments=[*choice.arguments, *WAITING])
        yield from _on_sqlite("processes", choice, marks)


def browser(choice: Choice) -> Iterator[Outcome]:
    """The pages in Chromium; a process of its own, since the driver keeps a loop."""
    if chromium() is None and not install("chromium"):
        raise LeftOutError("Chromium is not installed")
    yield from _on_sqlite("browser", choice, choice.only("browser"))


def _on_sqlite(suite: str, choice: Choice, marks: str) -> Iterator[Outcome]:
    with RedisServer() as redis, _folder() as folder:
        urls = {"REDIS_URL": redis.url, "BROKER_URL": redis.database(1)}
        yield _pytest(suite, choice, marks, environment(folder, **urls))


def servers(choice: Choice) -> Iterator[Outcome]:
    """PostgreSQL, RabbitMQ and Redis: those of the environment, else private ones."""
    with contextlib.ExitStack() as stack:
        urls = {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or _postgres(stack),
            "REDIS_URL": os.environ.get("REDIS_URL")
            or stack.enter_context(RedisServer()).url,
            "BROKER_URL": os.environ.get("BROKER_URL") or _rabbit(stack),
        }
        variables = environment(stack.enter_context(_folder()), **urls)
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        _run("servers", command, variables)
        marks = choice.without("browser", "embedded_only")
        yield _pytest("servers", choice, marks, variables)


def javascript(choice: Choice) -> Iterator[Outcome]:
    """Node's own test runner."""
    files = sorted(str(path) for glob in JAVASCRIPT for path in ROOT.glob(glob))
    if not files or choice.arguments or choice.marks:
        return
    if shutil.which("node") is None and not install("nodejs"):
        raise LeftOutError("Node is not installed")
    code = _run("javascript", ["node", "--test", *files], dict(os.environ))
    yield Outcome("javascript", "failed" if code else "passed", f"{len(files)} files")


SUITES: dict[str, Callable[[Choice], Iterator[Outcome]]] = {
    "embedded": embedded,
    "processes": processes,
    "browser": browser,
    "servers": servers,
    "javascript": javascript,
}


LANES = (("embedded", "javascript"), ("processes", "browser"), ("servers",))
_running: set[subprocess.Popen[str]] = set()
_stopping = threading.Event()


def _postgres(stack: contextlib.ExitStack) -> str:
    if postgres.binaries() is None and not install("postgresql"):
        raise LeftOutError("PostgreSQL is not installed and DATABASE_URL is not set")
    # A vacuum's own transactions would hold back what is settled.
    return stack.enter_context(PostgresServer(autovacuum="off")).url


def _rabbit(stack: contextlib.ExitStack) -> str:
    if rabbitmq.binary() is None and not install("rabbitmq-server"):
        raise LeftOutError("RabbitMQ is not installed and BROKER_URL is not set")
    return stack.enter_context(RabbitServer()).url


def _pytest(
    suite: str, choice: Choice, marks: str, variables: dict[str, str]
) -> Outcome:
    report = Path(variables["DATA_DIR"]) / "report.xml"
    options = [f"--junit-xml={report}", "-o", "junit_family=xunit1", "-m", marks]
    command = [sys.executable, "-m", "pytest", *options, *choice.arguments]
    code = _run(suite, command, variables)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return Outcome(suite, "passed", "none of the tests chosen belongs to it")
    if not report.exists():
        return Outcome(suite, "failed", "pytest ended before it could report")
    told = ET.parse(report).getroot().find("testsuite")
    assert told is not None
    ending = "failed" if code else "passed"
    return Outcome(suite, ending, _counts(told), _failures(told))


def _failures(suite: ET.Element) -> list[str]:
    return [
        f"{case.get('file')}::{case.get('name')}: {fault.get('message', '')[:120]!r}"
        for case in suite.iter("testcase")
        for fault in [*case.iter("failure"), *case.iter("error")]
    ]


def _counts(suite: ET.Element) -> str:
    """What pytest's closing line says, from its report."""
    count = {key: int(suite.get(key, 0)) for key in ("failures", "errors", "skipped")}
    count = {"passed": int(suite.get("tests", 0)) - sum(count.values()), **count}
    words = [f"{number} {name}" for name, number in count.items() if number]
    return f"{', '.join(words) or 'nothing ran'} in {float(suite.get('time', 0)):.0f} s"


def _run(suite: str, command: list[str], variables: dict[str, str]) -> int:
    """Run a command and return its exit code; each line it prints names the suite."""
    if _stopping.is_set():
        raise LeftOutError("the run was ended")
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        _running.add(process)
        assert process.stdout is not None
        for line in process.stdout:
            print(f"{suite:<10} | {line}", end="", flush=True)
    _running.discard(process)
    return process.returncode


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="sightline-tests-", ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def _end_with_servers(*_: object) -> None:
    sys.exit(143)  # unwinds the stack, which stops the servers


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end_with_servers)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
