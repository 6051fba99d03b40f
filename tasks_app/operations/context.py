"""What an operation may do to the task it runs for."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tasks_app import lifecycle
from tasks_app.conf import setting
from tasks_app.errors import (
    CancelInterruption,
    LeaseInterruption,
    LeaseLostError,
    PauseInterruption,
    QuestionInterruption,
    TimeLimitInterruption,
)

from .messages import friendly
from .reconnect import lasting

if TYPE_CHECKING:
    from datetime import timedelta

    from tasks_app.events import ChoiceWire
    from tasks_app.models import Task, Upload

Item = TypeVar("Item")
Progress = tuple[int, int | None, str]

FOLDER: Final = "sightline-artifact-"  # of a file that is being made


class Context:
    """Handed to the operation. Its calls raise an Interruption when it has to stop."""

    def __init__(self, task: Task, *, time_limit: timedelta) -> None:
        self.task = task
        self.params: dict[str, Any] = task.params
        self.upload: Upload | None = task.upload
        self._position = task.position
        self._lock = threading.RLock()  # the operation and the heartbeat both write
        self._pending: Progress | None = None
        self._progress_at = 0.0
        self._renewed_at = time.monotonic()
        self._looked_at = time.monotonic()
        self.time_limit = time_limit
        self._deadline = time.monotonic() + time_limit.total_seconds()
        self._lost = False
        self._ended = False

    @property
    def position(self) -> Any:
        """What was last saved, by this attempt or one before; None at the start."""
        return self._position

    def step(self, key: str, **facts: Any) -> None:
        """Tell that the operation reached the stage `key`, in words people like.

        `facts` fill the message (`filename`, `rows`, `similarity_score`, …) and stay in
        the history. A step always lands.
        """
        if self.upload is not None:
            facts.setdefault("filename", self.upload.original_name)
        message = friendly(key, facts)
        with self._lock:
            # A progress that waits lands too; the step's message is the newer one.
            self._write(
                lifecycle.step,
                key=key,
                message=message,
                data=facts,
                progress=self._pending,
            )
            self._pending = None
        self.checkpoint()

    def progress(
        self, current: int, total: int | None = None, message: str = ""
    ) -> None:
        """Tell how much is done; at most one write a second, and the last one lands."""
        with self._lock:
            waiting = self._pending[2] if self._pending else ""
            self._pending = (current, total, message or waiting)
        if time.monotonic() - self._progress_at >= setting("PROGRESS_SECONDS"):
            self._flush()
        self.checkpoint()

    def track(self, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Yield the items and report progress; a sized iterable knows its total."""
        if total is None and isinstance(items, Sized):
            total = len(items)
        for count, item in enumerate(items, 1):
            yield item
            self.progress(count, total)

    def error(self, message: str, *, row: int | None = None) -> None:
        """Note an error that ends nothing; the task will end completed_with_errors."""
        self._write(lifecycle.note_error, message=message, row=row)
        self.checkpoint()

    @contextmanager
    def artifact(
        self,
        name: str,
        *,
        content_type: str = "application/octet-stream",
        time_to_live: timedelta | None = None,
    ) -> Iterator[Path]:
        """Yield a path to write to; the file becomes a download when the block ends.

        It can be downloaded for `time_to_live`; None is as long as there is the task.
        """
        with tempfile.TemporaryDirectory(prefix=FOLDER) as folder:
            path = Path(folder) / Path(name).name
            yield path
            # Not under the lock: a large file must not keep the heartbeat waiting.
            self._tell(
                lifecycle.add_artifact,
                path=path,
                name=name,
                content_type=content_type,
                time_to_live=time_to_live,
            )
        self.checkpoint()

    def save(self, position: Any) -> None:
        """Keep `position` (JSON), for the attempt that goes on after this one."""
        self._position = position
        self._write(lifecycle.save_position, position=position)
        self.checkpoint()

    def ask(self, key: str, text: str, choices: Sequence[ChoiceWire]) -> str:
        """Return the value of the choice a person made; the task pauses until then.

        The operation runs anew from its position, and gets the answer when it asks
        again by the same `key`. Save the position first.
        """
        asked = self.task.question or {}
        if asked.get("key") == key and "answer" in asked:
            return str(asked["answer"])
        self.checkpoint()
        raise QuestionInterruption({"key": key, "text": text, "choices": list(choices)})

    def checkpoint(self) -> None:
        """Raise an Interruption when the task was cancelled, paused or taken away."""
        if time.monotonic() - self._looked_at >= setting("PROGRESS_SECONDS"):
            self._write(lifecycle.renew)
        if self._lost:
            raise LeaseInterruption
        if self.task.cancel_requested_at is not None:
            raise CancelInterruption
        if self.task.pause_requested_at is not None:
            raise PauseInterruption
        if time.monotonic() > self._deadline:
            raise TimeLimitInterruption

    # -- for the runner and the heartbeat -------------------------------------------

    @property
    def last_progress(self) -> Progress | None:
        """The progress that was not written yet; it lands with the end."""
        return self._pending

    def beat(self) -> None:
        """Renew the lease when it is time, and write a progress that waits."""
        with self._lock:
            if self._ended or self._lost:
                return
            clock = time.monotonic()
            due = clock - self._progress_at >= setting("PROGRESS_SECONDS")
            try:
                if clock > self._deadline + setting("GRACE_SECONDS"):
                    self.run_out()  # no checkpoint came: it cannot end itself
                elif self._pending is not None and due:
                    self._flush()
                elif clock - self._renewed_at >= setting("HEARTBEAT_SECONDS"):
                    self._write(lifecycle.renew)
            except LeaseInterruption:
                return  # the operation learns of it at its next call

    def run_out(self) -> None:
        """End the task because it took longer than it may."""
        with self._lock:
            self._write(
                lifecycle.fail,
                code="time_limit",
                message=f"It took longer than the {in_words(self.time_limit)} it may"
                " take, and was stopped.",
                progress=self._pending,
            )
            self._lost = True

    def end(self) -> None:
        """From now on the heartbeat leaves the task alone."""
        with self._lock:
            self._ended = True

    def _flush(self) -> None:
        with self._lock:
            if self._pending is None:
                return
            current, total, message = self._pending
            self._write(
                lifecycle.progress, current=current, total=total, message=message
            )
            self._pending = None
            self._progress_at = time.monotonic()

    def _write(self, verb: Any, **facts: Any) -> None:
        with self._lock:
            self._tell(verb, **facts)

    def _tell(self, verb: Any, **facts: Any) -> None:
        try:
            held = lasting(verb, self.task, **facts)
        except LeaseLostError:
            self._lost = True
            raise LeaseInterruption from None
        with self._lock:
            if held.version >= self.task.version:
                self.task = held
            self._renewed_at = self._looked_at = time.monotonic()


def in_words(span: timedelta) -> str:
    """Return `20 minutes`, `1 hour 5 minutes` or `30 seconds`."""
    hours, rest = divmod(round(span.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    words = [f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n]
    return " ".join(words) or "0 seconds"
