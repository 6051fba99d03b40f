"""The tables. Nothing here writes: `lifecycle` and `credentials` do.

What is counted about tasks `operations.statistics` writes, what becomes of schedules
`operations.schedules`.
"""

from .api_token import ApiToken
from .counts import TaskCount
from .daily import DailyStatistics
from .event import TaskEvent
from .failures import FailedTask, FailureGroup
from .feed import Feed, RemovedTask
from .files import Artifact, Batch, Upload
from .fingerprint import Fingerprint
from .identity import Identity
from .keeper import KeeperLock
from .schedule import Beat, Schedule, ScheduleRun
from .sign_in import SignIn
from .statistics import Statistics, StatisticsPlace
from .step_sentence import StepSentence
from .task import Task
from .ticket import SocketTicket
from .worker import Worker

__all__ = [
    "ApiToken",
    "Artifact",
    "Batch",
    "Beat",
    "DailyStatistics",
    "FailedTask",
    "FailureGroup",
    "Feed",
    "Fingerprint",
    "Identity",
    "KeeperLock",
    "RemovedTask",
    "Schedule",
    "ScheduleRun",
    "SignIn",
    "SocketTicket",
    "Statistics",
    "StatisticsPlace",
    "StepSentence",
    "Task",
    "TaskCount",
    "TaskEvent",
    "Upload",
    "Worker",
]
