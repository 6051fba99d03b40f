"""How it goes, over REST: the numbers of the dashboard."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.models import FailedTask, Worker
from tasks_app.models.failures import Alike
from tasks_app.models.load import load
from tasks_app.models.overview import Overview, overview
from tasks_app.models.queries import sees_all
from tasks_app.models.tally import COUNTED, Tally
from tasks_app.models.wire import iso

from .parameters import StrictView, takes
from .serializers import StatisticsSerializer, read


class StatisticsView(StrictView):
    """Tells what happened to everybody's tasks, to who may see all of them."""

    @takes("range", "operation")
    def get(self, request: Request) -> Response:
        """Sums and points of a range, what runs now, and failures by their error."""
        if not sees_all(request.user):
            self.permission_denied(request, "You may not see the tasks of others.")
        asked = read(StatisticsSerializer, request.query_params)
        operation = asked["operation"]
        seen = overview(asked["range"], operation=operation)
        failed = FailedTask.objects.grouped(since=seen.since, operation=operation)
        return Response(
            {
                **_course(seen),
                "now": _now(request, operation),
                "failures": [_group(group) for group in failed],
            }
        )


def _course(seen: Overview) -> dict[str, Any]:
    return {
        "range": seen.range.name,
        "operation": seen.operation,
        "since": iso(seen.since),
        "until": iso(seen.until),
        "point_seconds": seen.range.grain,
        "total": _tally(seen.all.total),
        "before": _tally(seen.before),
        "points": [{"at": iso(at), **_tally(t)} for at, t in seen.all.points.items()],
        "operations": {
            name: _tally(course.total) for name, course in seen.operations.items()
        },
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        **{name: getattr(tally, name) for name in COUNTED},
        "finished": tally.finished,
        "failure_rate": tally.failure_rate,
        "waited_seconds": {"median": tally.median_waited, "most": tally.most_waited},
        "ran_seconds": {"median": tally.median_ran, "most": tally.most_ran},
    }


def _now(request: Request, operation: str) -> dict[str, Any]:
    now = load(request.user, operation=operation)
    slots = Worker.objects.alive().values_list("slots", flat=True)
    return {
        "running": now.running,
        "slots": sum(slots),
        "queued": now.queued,
        "oldest_waits_seconds": now.waits.total_seconds() if now.waits else None,
    }


def _group(alike: Alike) -> dict[str, Any]:
    return {
        "id": alike.id,
        "operation": alike.operation,
        "error_code": alike.code,
        "text": alike.text,
        "count": alike.count,
        "first_seen_at": iso(alike.first_seen_at),
        "last_seen_at": iso(alike.last_seen_at),
        "newest": str(alike.newest),
    }
