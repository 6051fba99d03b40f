"""The one Celery task: runs a task's operation and writes how it ended.

The message carries an id and nothing else. One that comes twice, late, or for a
cancelled task finds nothing to claim and does nothing.
"""

from __future__ import annotations

import logging
import os
import socket
import traceback

from celery import shared_task

from tasks_app import lifecycle
from tasks_app.errors import (
    CancelInterruption,
    InvalidInputError,
    LeaseInterruption,
    LeaseLostError,
    OperationError,
    PauseInterruption,
    TimeLimitInterruption,
)
from tasks_app.models import Task

from . import registry
from .context import Context
from .heartbeat import heartbeat
from .publisher import RUN

logger = logging.getLogger(__name__)


@shared_task(name=RUN)
def run(task_id: str) -> None:
    """Claim the task and run it; does nothing when there is nothing to claim."""
    task = lifecycle.claim(task_id, worker=f"{socket.gethostname()}:{os.getpid()}")
    if task is None:
        logger.debug("Task %s is not to be had.", task_id)
        return
    try:
        attempt(task)
    except LeaseLostError:
        logger.warning("Task %s was taken away from attempt %s.", task_id, task.attempt)


def attempt(task: Task) -> None:
    """Run the operation of a claimed task to its end; raises LeaseLostError."""
    try:
        operation = registry.find(task.operation)
    except InvalidInputError:
        message = f"This installation does not know the operation “{task.operation}”."
        lifecycle.fail(task, code="unknown_operation", message=message)
        return
    context = Context(task, time_limit=operation.time_limit)
    heartbeat().watch(context)
    try:
        _carry_out(operation, context)
    finally:
        heartbeat().forget(context)


def _carry_out(operation: registry.Operation, context: Context) -> None:
    try:
        context.checkpoint()
        result = operation.function(context)
        context.end()
        lifecycle.complete(context.task, result=result, progress=context.last_progress)
    except (CancelInterruption, PauseInterruption, LeaseInterruption) as interruption:
        context.end()
        _obey(interruption, context)
    except TimeLimitInterruption:
        context.run_out()
    except LeaseLostError:
        raise
    except Exception as error:
        context.end()
        logger.exception(
            "Task %s failed, attempt %s.", context.task.pk, context.task.attempt
        )
        _failed(error, operation, context)


def _obey(interruption: BaseException, context: Context) -> None:
    if isinstance(interruption, CancelInterruption):
        lifecycle.obey_cancel(context.task)
    elif isinstance(interruption, PauseInterruption):
        lifecycle.obey_pause(context.task)
    else:
        raise LeaseLostError("The lease was lost.")


def _failed(error: Exception, operation: registry.Operation, context: Context) -> None:
    """End the attempt; the next follows while the policy allows it."""
    task = context.task
    expected = isinstance(error, OperationError)
    code = error.code if isinstance(error, OperationError) else "unexpected_error"
    message = (
        str(error)
        if expected
        else "The operation stopped because of an unexpected error"
        f" ({type(error).__name__}). Staff can see the details."
    )
    detail = "".join(traceback.format_exception(error))
    again = not isinstance(error, OperationError) or error.retry
    if again and task.attempt < task.max_attempts:
        failures = operation.retry.max_attempts - (task.max_attempts - task.attempt)
        delay = operation.retry.delay(max(1, failures))
        lifecycle.release(task, delay=delay, code=code, message=message, detail=detail)
    else:
        lifecycle.fail(
            task,
            code=code,
            message=message,
            detail=detail,
            progress=context.last_progress,
        )
