"""The Celery application of the worker and the beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sightline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tasks_app.operations"], related_name="runner")
app.autodiscover_tasks(["tasks_app.operations"], related_name="schedules")
