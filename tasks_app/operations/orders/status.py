"""What is meant by setting the status of an order, as source 000 does.

Its programs know neither attempts nor leases. Who claims an order by `processing` holds
it for a day, under the name of the account: an account works on an order once. What
people ask for by a status is what they may ask for anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied

from tasks_app.errors import IllegalTransitionError
from tasks_app.models.dialects import ORDER_STATUS
from tasks_app.models.queries import REPORT
from tasks_app.operations import reporting, steering
from tasks_app.operations.reporting import Report
from tasks_app.statuses import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.events import Origin
    from tasks_app.models import Task

LEASE_SECONDS: Final = 86_400.0
NO_REASON: Final = "It failed; no reason was given."
VERB_OF: Final = {"pending": "retry", "failed": "cancel"}


def put(task: Task, wanted: str, *, reason: str, user: User, origin: Origin) -> None:
    """Bring the task to the status `wanted`, one of source 000's.

    Raises PermissionDenied, IllegalTransitionError, NotClaimableError, LeaseLostError.
    """
    reports = task.external and user.has_perm(REPORT)
    name = f"{user.get_username()} (order status)"  # not what claims over REST
    if reports and _holds(task, name) and wanted != "pending":
        _report(task, wanted, reason, origin)
    elif reports and wanted == "processing":
        day = LEASE_SECONDS
        reporting.claim(task, worker=name, lease_seconds=day, origin=origin)
    elif wanted in VERB_OF and task.permits(user, VERB_OF[wanted]):
        _steer(task, wanted, reason, user, origin)
    elif reports or (wanted not in VERB_OF and not task.external):
        _leave(task, wanted)
    else:
        raise PermissionDenied


def _holds(task: Task, name: str) -> bool:
    return task.status == Status.PROCESSING and task.worker == name[:200]


def _report(task: Task, wanted: str, reason: str, origin: Origin) -> None:
    """Tell what the holder of the attempt tells; the row itself has its proof."""
    if wanted == "processing":
        reporting.renew(task)
    elif wanted == "completed":
        reporting.report(task, Report(status=Status.COMPLETED), origin=origin)
    else:
        told = Report(status=Status.FAILED, error_message=reason or NO_REASON)
        reporting.report(task, told, origin=origin)


def _steer(task: Task, wanted: str, reason: str, user: User, origin: Origin) -> None:
    if ORDER_STATUS[task.status] == wanted:
        return  # it was asked before
    more = {"reason": reason} if wanted == "failed" else {}
    steering.ask(task, VERB_OF[wanted], user=user, origin=origin, **more)


def _leave(task: Task, wanted: str) -> None:
    """Raise IllegalTransitionError, unless the task has ended that way already."""
    if not (task.is_final and ORDER_STATUS[task.status] == wanted):
        raise IllegalTransitionError(
            f"set to {wanted}", status=task.status, actions=task.legal_actions
        )
