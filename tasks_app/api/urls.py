"""The routes of `/api/v1/`."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from . import auth
from .events import EventsView
from .operations import OperationsView
from .schema.views import SchemaView, docs
from .statistics import StatisticsView
from .tasks import TaskViewSet

router = SimpleRouter(use_regex_path=False)  # ids are checked by the routes
router.register("tasks", TaskViewSet, basename="task")

app_name = "api"
urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="token"),
    path("auth/refresh/", auth.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="logout"),
    path("auth/ticket/", auth.TicketView.as_view(), name="ticket"),
    path("events/", EventsView.as_view(), name="events"),
    path("operations/", OperationsView.as_view(), name="operations"),
    path("statistics/", StatisticsView.as_view(), name="statistics"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("", include(router.urls)),
]
