"""Whether the process is up, and whether it can do its work."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from tasks_app.operations import health


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing of what it depends on."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when work can be accepted and carried out, else 503; names what is wrong."""
    checks = health.check()
    ready = all(outcome == health.OK for outcome in checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


urlpatterns = [path("healthz", healthz), path("readyz", readyz)]
