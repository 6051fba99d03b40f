"""Of the pages that libraries bring, those that somebody needs.

Sightline's schedules repeat; nobody plans them by the sun or for one moment. The ids
of refresh tokens tell a person nothing; a new password revokes them.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin
from django_celery_beat.models import ClockedSchedule, SolarSchedule

TOKENS = apps.get_app_config("token_blacklist").get_models()

for model in (ClockedSchedule, SolarSchedule, *TOKENS):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
