"""The tables. Nothing here writes: `lifecycle` and `credentials` do."""

from .api_token import ApiToken
from .counts import TaskCount
from .event import TaskEvent
from .feed import Feed, RemovedTask
from .files import Artifact, Batch, Upload
from .identity import Identity
from .keeper import KeeperLock
from .sign_in import SignIn
from .task import Task
from .ticket import SocketTicket
from .worker import Worker

__all__ = [
    "ApiToken",
    "Artifact",
    "Batch",
    "Feed",
    "Identity",
    "KeeperLock",
    "RemovedTask",
    "SignIn",
    "SocketTicket",
    "Task",
    "TaskCount",
    "TaskEvent",
    "Upload",
    "Worker",
]
