"""The project: settings and entry points. Imports `tasks_app`, never the reverse."""

from .celery import app as celery_app

__all__ = ["celery_app"]
