"""The list of tasks and the page of each, where Django's admin expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from tasks_app.models import Task

from .answering import answer
from .changelist import TaskList
from .dashboard import dashboard
from .failures import retry_group
from .fragments import cut
from .gone import gone
from .new_task import new_task
from .page import found, page_of
from .removing import remove
from .retrying import retry_edited
from .sign_in_again import keeping_typed
from .steering import steer
from .unedited import Unedited

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FOLDER = "admin/tasks_app/task"


@admin.register(Task)
class TaskAdmin(Unedited, admin.ModelAdmin[Task]):
    """Read-only for Django: tasks are changed by what people ask of them."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff see the list; it holds what they may see."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the new-task page and the buttons' address to Django's."""
        view = self.admin_site.admin_view
        ours = [
            path("act/", view(require_POST(steer)), name="tasks_app_task_act"),
            path("new/", keeping_typed(view(new_task)), name="tasks_app_task_new"),
            path("dashboard/", view(dashboard), name="tasks_app_task_dashboard"),
            path(
                "dashboard/retry/",
                view(retry_group),
                name="tasks_app_task_retry_group",
            ),
            path(
                "<uuid:pk>/answer/",
                view(require_POST(answer)),
                name="tasks_app_task_answer",
            ),
            path("<uuid:pk>/retry/", view(retry_edited), name="tasks_app_task_retry"),
            path("<uuid:pk>/remove/", view(remove), name="tasks_app_task_remove"),
        ]
        return [*ours, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Show the page of the list that the address asks for."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Tasks",
            "cl": TaskList(request.GET, cast("User", request.user)),
            "opts": self.opts,
        }
        return _list(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show the task; 404 for who may not see it, 410 when it was deleted."""
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return _page(request, object_id, context)

    @method_decorator(require_safe)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the page where tasks are started."""
        return HttpResponseRedirect(reverse("admin:tasks_app_task_new"))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The history of a task is on its page."""
        page = reverse("admin:tasks_app_task_change", args=[object_id])
        return HttpResponseRedirect(page)


@require_safe
def _list(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    page = TemplateResponse(request, f"{FOLDER}/change_list.html", context)
    return cut(request, page, template=f"{FOLDER}/rows.html")


@require_safe
def _page(request: HttpRequest, pk: str, context: dict[str, Any]) -> HttpResponse:
    try:
        context |= page_of(found(pk, request.user), request.user)
    except Http404:
        removed = gone(pk, request.user)
        if removed is None:
            raise
        name = f"{FOLDER}/gone.html"
        return TemplateResponse(request, name, context | removed, status=410)
    page = TemplateResponse(request, f"{FOLDER}/change_form.html", context)
    return cut(request, page, template=f"{FOLDER}/parts.html")
