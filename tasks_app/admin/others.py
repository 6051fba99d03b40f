"""Of the pages that libraries bring, those that somebody needs.

Sightline's schedules repeat; nobody plans them by the sun or for one moment.
"""

from __future__ import annotations

from django.contrib import admin
from django_celery_beat.models import ClockedSchedule, SolarSchedule

for model in (ClockedSchedule, SolarSchedule):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
