"""Whatever is asked, the answer is one that the document tells of; none is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.embedded_only, pytest.mark.timeout(240)]

PHASES = ["examples", "coverage", "fuzzing", "stateful"]


@pytest.mark.usefixtures("tasks_of_every_kind")
def test_what_is_asked_is_answered_as_the_document_says(
    ask_everything: Callable[..., str],
) -> None:
    report = ask_everything(f"--phases={','.join(PHASES)}")

    assert report.startswith("exit code 0"), report
