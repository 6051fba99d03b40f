"""The engine's settings: the `SIGHTLINE` dict of Django's settings over these defaults.

Durations are in seconds unless the name says otherwise.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings

from tasks_app import __version__

DEFAULTS: Final[dict[str, Any]] = {
    # What runs here, as every page and socket says; pages of another offer to reload.
    "BUILD": __version__,
    # How long a worker may be silent before its attempt is taken away.
    "LEASE_SECONDS": 30.0,
    # How often a worker renews its lease.
    "HEARTBEAT_SECONDS": 10.0,
    # How often the keeper looks for work that is due, lost or overdue.
    "SWEEP_SECONDS": 2.0,
    # How late a slot of a schedule may be dealt with before it counts as missed.
    "LATE_SECONDS": 60.0,
    # How long a running operation may ignore a request to cancel.
    "GRACE_SECONDS": 30.0,
    # How long a published task may wait unclaimed while its queue is empty.
    "REPUBLISH_SECONDS": 30.0,
    # The shortest time between two progress writes of a task.
    "PROGRESS_SECONDS": 1.0,
    # How often a server looks whether who watches still may.
    "RIGHTS_SECONDS": 30.0,
    # How long a watcher's connection may take nothing before it is closed.
    "STUCK_SECONDS": 30.0,
    # How many streams, long polls and sockets of one user a process holds; 0: any.
    "CONNECTIONS_PER_USER": 500,
    # How many sign-ins with one name from one address may fail, in how many seconds.
    "SIGN_IN_ATTEMPTS": 5,
    "SIGN_IN_SECONDS": 900,
    # How many crashes of its worker end a task.
    "MAX_CRASHES": 3,
    # Queues that a task may choose besides those of the operations.
    "QUEUES": [],
    # The largest file a task accepts, in bytes.
    "MAX_UPLOAD_BYTES": 200_000_000,
    # How long an exported spreadsheet can be downloaded.
    "EXPORT_TIME_TO_LIVE": timedelta(hours=24),
    # Words for steps that have none come from this provider; without a key from nobody.
    "LANGUAGE_MODEL_KEY": "",
    "LANGUAGE_MODEL": "llama-3.3-70b-versatile",
    "LANGUAGE_MODEL_URL": "",
    "LANGUAGE_MODEL_SECONDS": 5.0,
    # How often the keeper looks at the rules of alerts.
    "ALERT_SECONDS": 10.0,
    # How long all must be well before what a rule or the beat began counts as over.
    "ALERT_QUIET_SECONDS": 60.0,
    # How long a message may take to be sent, and the pauses between tries.
    "ALERT_SEND_SECONDS": 15.0,
    "ALERT_RETRY_SECONDS": [10, 30, 120, 600, 1_800, 3_600, 7_200],
    # Hosts that webhooks may go to although they are not public, `name` or `name:port`.
    "ALERT_PRIVATE_HOSTS": [],
    # How long incidents that are over are kept.
    "ALERT_TIME_TO_LIVE": timedelta(days=90),
    # Where people open the site, for links in messages; empty: no links.
    "SITE_URL": "",
    # How long a finished task is kept.
    "TIME_TO_LIVE": timedelta(days=30),
    # The same for some: by `operation:status`, by operation, by status.
    "TIME_TO_LIVE_BY": {},
    # How long a file is known again whose task is gone.
    "FINGERPRINT_TIME_TO_LIVE": timedelta(days=365),
    # Below so many free bytes the disk counts as full, in checks of health.
    "DISK_FREE_BYTES": 1_000_000_000,
    # How long it is known that a task was removed, for watchers who come back.
    "REMOVED_TIME_TO_LIVE": timedelta(days=7),
}


def setting(name: str) -> Any:
    """Return the engine setting `name`; raises KeyError for one that does not exist."""
    default = DEFAULTS[name]
    return settings.SIGHTLINE.get(name, default)
