"""The tables. Nothing here writes: `lifecycle` and `credentials` do."""

from .event import TaskEvent
from .feed import Feed, RemovedTask
from .files import Artifact, Batch, Upload
from .keeper import KeeperLock
from .task import Task
from .ticket import SocketTicket

__all__ = [
    "Artifact",
    "Batch",
    "Feed",
    "KeeperLock",
    "RemovedTask",
    "SocketTicket",
    "Task",
    "TaskEvent",
    "Upload",
]
