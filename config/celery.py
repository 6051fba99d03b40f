"""The Celery application of the worker and the beat."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sightline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tasks_app.operations"], related_name="runner")
app.autodiscover_tasks(["tasks_app.operations"], related_name="schedules")
app.autodiscover_tasks(["tasks_app.operations"], related_name="presence")


@setup_logging.connect
def _as_django_does(**_: Any) -> None:
    """Keep Celery from setting up logging of its own: Django has done it."""
