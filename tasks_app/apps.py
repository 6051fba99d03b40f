"""Makes the app known to Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TasksAppConfig(AppConfig):
    """Named “Work” in the admin, since that is what its pages are about."""

    name = "tasks_app"
    verbose_name = "Work"

    def ready(self) -> None:
        """Import every app's `operations` module, so that its operations are known."""
        autodiscover_modules("operations")
        from . import checks  # noqa: F401  registers them
