"""The tables. Nothing here writes: `lifecycle` and `credentials` do.

What is counted about tasks `operations.statistics` writes, what becomes of schedules
`operations.schedules`, what is wrong and who is told `operations.alerts`.
"""

from .alert import AlertChannel, AlertRule
from .api_token import ApiToken
from .counts import TaskCount
from .daily import DailyStatistics
from .delivery import Delivery
from .event import TaskEvent
from .failures import FailedTask, FailureGroup
from .feed import Feed, RemovedTask
from .files import Artifact, Batch, Upload
from .fingerprint import Fingerprint
from .identity import Identity
from .incident import Incident
from .keeper import KeeperLock
from .schedule import Beat, Schedule, ScheduleRun
from .sign_in import SignIn
from .statistics import Statistics, StatisticsPlace
from .step_sentence import StepSentence
from .task import Task
from .ticket import SocketTicket
from .worker import Worker

__all__ = [
    "AlertChannel",
    "AlertRule",
    "ApiToken",
    "Artifact",
    "Batch",
    "Beat",
    "DailyStatistics",
    "Delivery",
    "FailedTask",
    "FailureGroup",
    "Feed",
    "Fingerprint",
    "Identity",
    "Incident",
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
