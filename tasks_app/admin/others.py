"""Of the pages that libraries bring, those that somebody needs.

Schedules have pages of their own. A second way to edit them would know nothing of what
becomes of missed slots, and tell nobody who changed what.
"""

from __future__ import annotations

from django.contrib import admin
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

OF_THE_BEAT = (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

for model in OF_THE_BEAT:
    if admin.site.is_registered(model):
        admin.site.unregister(model)
