"""Submits a task from the command line."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from tasks_app.errors import TaskError
from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations import registry, schema
from tasks_app.operations.batches import submit_batch
from tasks_app.operations.publisher import flush
from tasks_app.operations.submission import submit
from tasks_app.statuses import Status

POLL = 0.25  # seconds between two looks at the rows
WORDS = {"failed": "failed", "cancelled": "was cancelled"}
INTERRUPTED = 130  # what a shell shows for a command that Ctrl-C ended


class Command(BaseCommand):
    """Submits like any other surface, and can stay to watch."""

    help = "Submit a task, or one for each file. With --watch, wait for its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("operation", help="see: manage.py operations")
        parser.add_argument("--file", action="append", default=[], metavar="F")
        parser.add_argument("--param", action="append", default=[], metavar="K=V")
        parser.add_argument("--owner", help="user name of the owner")
        parser.add_argument("--title", default="")
        parser.add_argument("--priority", type=int, default=5, help="0 to 9")
        parser.add_argument("--watch", action="store_true", help="show the progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Submit; exits with 1 when nothing was accepted or a watched task ended badly.

        Ctrl-C ends the watching with 130, and no task.
        """
        try:
            tasks = self._submit(options)
        except TaskError as error:
            raise CommandError(str(error)) from error
        for task in tasks:
            self.stdout.write(f"{task.pk}  {task.title}")
        try:
            flush(timeout=5)
            if options["watch"]:
                ended = [watch(task, self) for task in tasks]
                if sentence := complaint(ended):
                    raise CommandError(sentence)
        except KeyboardInterrupt:
            goes_on = "the task goes on" if len(tasks) == 1 else "the tasks go on"
            raise CommandError(
                f"You look away; {goes_on}. Cancel what you do not need on its page.",
                returncode=INTERRUPTED,
            ) from None

    def _submit(self, options: dict[str, Any]) -> list[Task]:
        """Submit all or nothing."""
        kind = registry.find(options["operation"])
        request: dict[str, Any] = {
            "operation": kind.name,
            "params": schema.coerce(pairs(options["param"]), kind.params),
            "owner": owner(options["owner"]),
            "title": options["title"],
            "priority": options["priority"],
            "origin": Origin(actor=options["owner"] or "", source=Source.CLI),
        }
        with ExitStack() as stack:
            paths = map(Path, options["file"])
            files = [stack.enter_context(opened(path)) for path in paths]
            if len(files) > 1:
                return submit_batch(**request, files=files)
            return [submit(**request, file=files[0] if files else None)]


def pairs(texts: list[str]) -> dict[str, str]:
    """Return the dict of `k=v` texts; raises CommandError for one without `=`."""
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise CommandError(f"--param {text}: write it as name=value.")
        found[name] = value
    return found


def owner(name: str | None) -> Any:
    """Return the user called `name`; raises CommandError when there is none."""
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"--owner {name}: there is no such user.")
    return user


def opened(path: Path) -> File[bytes]:
    """Open `path`; raises CommandError when it cannot be read."""
    try:
        return File(path.open("rb"), name=path.name)
    except OSError as error:
        raise CommandError(f"--file {path}: {error.strerror}.") from error


def complaint(ended: list[Task]) -> str:
    """Return how many of the tasks failed or were cancelled; empty when none."""
    counts = {
        "failed": sum(task.status == Status.FAILED for task in ended),
        "cancelled": sum(task.status == Status.CANCELLED for task in ended),
    }
    if len(ended) == 1:
        return next((f"The task {WORDS[w]}." for w, n in counts.items() if n), "")
    parts = [f"{number} {word}" for word, number in counts.items() if number]
    return f"Of {len(ended)} tasks: {', '.join(parts)}." if parts else ""


def watch(task: Task, command: BaseCommand) -> Task:
    """Show the task's progress until its end; return the row as it ended."""
    bar = tqdm(
        total=100,
        desc=task.title[:40],
        file=command.stderr,
        bar_format="{desc} {percentage:3.0f}%|{bar}| {postfix}",
    )
    with bar:
        while not task.is_final:
            time.sleep(POLL)
            task = Task.objects.for_list().get(pk=task.pk)
            words = task.progress_message or task.get_status_display()
            if (task.percent or 0, words) != (bar.n, bar.postfix):
                bar.n = task.percent or 0
                bar.set_postfix_str(words)
    words = task.error_message or task.progress_message
    command.stdout.write(f"{task.title}: {task.get_status_display()}. {words}".rstrip())
    return task
