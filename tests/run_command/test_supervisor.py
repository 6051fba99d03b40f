"""What the supervisor does when it is asked to stop before it has started all."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tasks_app.management.embedded.supervisor import StopRequestedError, Supervisor


@pytest.fixture
def supervisor(settings: Any, tmp_path: Path) -> Iterator[Supervisor]:
    """One that listens; signals are ours again when the test is over."""
    settings.DATA_DIR = tmp_path
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    made = Supervisor(say=lambda _: None)
    made.listen()
    yield made
    made.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_who_asks_to_stop_meanwhile_need_not_wait_until_all_is_started(
    supervisor: Supervisor,
) -> None:
    before = psutil.Process().children()
    signal.raise_signal(signal.SIGINT)

    with pytest.raises(StopRequestedError):
        supervisor.start_others()

    assert psutil.Process().children() == before
