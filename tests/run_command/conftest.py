"""A site that is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.run_command.embedded import EmbeddedRun

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRun]:
    """One run for all tests of a module that leave it running."""
    with EmbeddedRun(tmp_path_factory.mktemp("run")) as run:
        yield run.wait_until_ready()
