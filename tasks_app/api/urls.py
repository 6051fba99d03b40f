"""The routes of `/api/v1/`."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .events import EventsView
from .operations import OperationsView
from .tasks import TaskViewSet

router = SimpleRouter()
router.register("tasks", TaskViewSet, basename="task")

app_name = "api"
urlpatterns = [
    path("events/", EventsView.as_view(), name="events"),
    path("operations/", OperationsView.as_view(), name="operations"),
    path("", include(router.urls)),
]
