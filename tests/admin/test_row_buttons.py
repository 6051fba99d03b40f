"""A row offers what its task allows, in at most two buttons."""

from __future__ import annotations

import pytest

from tasks_app.admin.rows import LABELS
from tasks_app.statuses import ACTIONS, Status


@pytest.mark.parametrize("status", Status)
def test_no_status_has_more_than_two(status: Status) -> None:
    offered = [verb for verb in LABELS if status in ACTIONS[verb]]

    assert len(offered) <= 2
