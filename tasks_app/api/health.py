"""Whether the process is up, and whether it can do its work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tasks_app import metrics
from tasks_app.operations import health


@csrf_exempt  # what reads needs no proof
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing of what it depends on."""
    return JsonResponse({"status": "ok"})


@csrf_exempt  # what reads needs no proof
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when work can be accepted and carried out, else 503; names what is wrong."""
    hub, watchers = metrics.watching()
    checks = {**health.check(), "hub": hub}
    # Without a beat only schedules pause: tasks are taken and done, so it is named and
    # nothing more.
    ready = all(checks[name] == health.OK for name in checks.keys() - {"beat"})
    body: dict[str, Any] = {
        "status": "ok" if ready else "unavailable",
        "checks": checks,
        "watchers": watchers,  # of this process
    }
    return JsonResponse(body, status=200 if ready else 503)


@csrf_exempt  # what reads needs no proof
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """What this process counts, for Prometheus; needs METRICS_TOKEN or a staff session.

    The figures say how much work there is and how many people watch it.
    """
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    told = bool(settings.METRICS_TOKEN) and constant_time_compare(given, wanted)
    if not told and not request.user.is_staff:
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", figures),
]
