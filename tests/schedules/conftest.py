"""A database without the schedules that are shipped."""

from __future__ import annotations

import pytest
from django_celery_beat.models import PeriodicTask


@pytest.fixture
def alone(db: None) -> None:
    """Only the schedules that the test makes."""
    PeriodicTask.objects.all().delete()
