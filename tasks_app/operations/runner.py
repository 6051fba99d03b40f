"""The one Celery task: runs a task's operation and writes how it ended.

The message carries an id and nothing else. One that comes twice, late, or for a
cancelled task finds nothing to claim and does nothing.
"""

from __future__ import annotations

import logging
import os
import socket
import traceback
from typing import Any

from celery import shared_task

from tasks_app import lifecycle
from tasks_app.errors import (
    CancelInterruption,
    InvalidInputError,
    LeaseInterruption,
    LeaseLostError,
    OperationError,
    PauseInterruption,
    QuestionInterruption,
    TimeLimitInterruption,
)
from tasks_app.models import Task
from tasks_app.redact import sentence, without_secrets
from tasks_app.trace import Trace, traced

from . import registry
from .context import Context
from .heartbeat import heartbeat
from .publisher import RUN
from .reconnect import lasting

logger = logging.getLogger(__name__)


@shared_task(name=RUN)
def run(task_id: str) -> None:
    """Claim the task and run it; does nothing when there is nothing to claim."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    task = lasting(lifecycle.claim, task_id, worker=worker)
    if task is None:
        logger.debug("Task %s is not to be had.", task_id)
        return
    asked_in = lasting(task.events.asked_in)
    with traced(Trace(asked_in, task=task_id, attempt=task.attempt)):
        try:
            attempt(task)
        except (LeaseLostError, LeaseInterruption):
            number = task.attempt
            logger.warning("Task %s was taken away from attempt %s.", task_id, number)


def attempt(task: Task) -> None:
    """Run the operation of a claimed task to its end.

    Raises LeaseLostError or LeaseInterruption when the task was taken away.
    """
    try:
        operation = registry.find(task.operation)
    except InvalidInputError:
        message = f"This installation does not know the operation “{task.operation}”."
        lasting(lifecycle.fail, task, code="unknown_operation", message=message)
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
        result = operation.run(context)
        context.end()
        last = context.last_progress
        lasting(lifecycle.complete, context.task, result=result, progress=last)
    except (CancelInterruption, PauseInterruption):
        context.end()
        lasting(lifecycle.obey, context.task, progress=context.last_progress)
    except QuestionInterruption as asked:
        context.end()
        facts: dict[str, Any] = {"progress": context.last_progress}
        lasting(lifecycle.ask, context.task, question=asked.question, **facts)
    except TimeLimitInterruption:
        context.run_out()
    except LeaseLostError:
        raise
    except Exception as error:
        context.end()
        _failed(error, operation, context)


def _failed(error: Exception, operation: registry.Operation, context: Context) -> None:
    """End the attempt; the next follows while the policy allows it."""
    task = context.task
    if isinstance(error, OperationError):
        code, message = error.code, str(error)
    else:
        kind = type(error).__name__
        code = "unexpected_error"
        message = f"It stopped at an unexpected error ({kind}). Staff see the details."
    detail = without_secrets("".join(traceback.format_exception(error)))
    if isinstance(error, OperationError):  # the operation meant it: nothing to debug
        words = sentence(message)
        logger.warning("Task %s failed, attempt %s: %s", task.pk, task.attempt, words)
    else:
        logger.error("Task %s failed, attempt %s: %s", task.pk, task.attempt, detail)
    ending: dict[str, Any] = {
        "code": code,
        "message": message,
        "detail": detail,
        "progress": context.last_progress,
    }
    again = not isinstance(error, OperationError) or error.retry
    if again and task.attempt < task.max_attempts:
        delay = operation.retry.delay(operation.failures(task))
        lasting(lifecycle.release, task, delay=delay, **ending)
    else:
        lasting(lifecycle.fail, task, **ending)
