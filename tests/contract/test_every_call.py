"""Whatever is asked, the answer is one that the document tells of; none is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.embedded_only, pytest.mark.timeout(240)]

PHASES = {  # who may do everything is asked everything
    "superuser": "examples,coverage,fuzzing,stateful",
    "alice": "fuzzing",
}


@pytest.mark.parametrize("who", PHASES)
@pytest.mark.usefixtures("tasks_of_every_kind")
def test_what_is_asked_is_answered_as_the_document_says(
    ask_everything: Callable[..., str], request: pytest.FixtureRequest, who: str
) -> None:
    user = request.getfixturevalue(who)

    report = ask_everything(user, f"--phases={PHASES[who]}")

    assert report.startswith("exit code 0"), report
