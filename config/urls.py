"""Every HTTP route of the project."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:tasks_app_task_changelist")),
    path("", include("tasks_app.api.health")),
    path("", include("tasks_app.api.dialects")),
    path("api/v1/", include("tasks_app.api.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "tasks_app.api.fallback.server_error"
