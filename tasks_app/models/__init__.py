"""The tables. Nothing here writes: `lifecycle` does."""

from .event import TaskEvent
from .feed import Feed, RemovedTask
from .files import Artifact, Batch, Upload
from .keeper import KeeperLock
from .task import Task

__all__ = [
    "Artifact",
    "Batch",
    "Feed",
    "KeeperLock",
    "RemovedTask",
    "Task",
    "TaskEvent",
    "Upload",
]
