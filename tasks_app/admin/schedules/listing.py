"""The list of schedules, which is also how it stays fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from tasks_app.admin.fragments import cut
from tasks_app.admin.keeping import form_token
from tasks_app.operations.schedules import readable

from .beats import heartbeat
from .lines import lines
from .order import part
from .rights import may, visible

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FOLDER: Final = "admin/tasks_app/schedule"
EVERY: Final = 5  # seconds between two fetches; longer where there is much to show


@require_safe
def listing(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show fifty schedules on a page; 404 for who may not see them."""
    rows = visible(request.user)
    shown = part(request.GET.get("page", ""))
    found = {each.pk: each for each in readable(rows.filter(pk__in=shown.pks))}
    ordered = [found[pk] for pk in shown.pks if pk in found]
    context |= {
        "title": "Schedules",
        "part": shown,
        "lines": lines(ordered, request.user),
        "token": form_token(request.user),
        "heartbeat": heartbeat(),
        "every": max(EVERY, len(found) // 4),
        "may_add": may(request.user, "add"),
        "may_change": may(request.user, "change"),
    }
    page = TemplateResponse(request, f"{FOLDER}/change_list.html", context)
    return cut(request, page, template=f"{FOLDER}/list_parts.html")
