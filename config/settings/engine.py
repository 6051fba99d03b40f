"""The engine; `tasks_app/conf.py` says what each setting means."""

from __future__ import annotations

from datetime import timedelta

from config.env import days_by, env
from tasks_app import __version__

SIGHTLINE = {
    "BUILD": env.str("BUILD", default=__version__),
    "LEASE_SECONDS": env.float("LEASE_SECONDS", default=30.0),
    "HEARTBEAT_SECONDS": env.float("HEARTBEAT_SECONDS", default=10.0),
    "SWEEP_SECONDS": env.float("SWEEP_SECONDS", default=2.0),
    "LATE_SECONDS": env.float("LATE_SECONDS", default=60.0),
    "GRACE_SECONDS": env.float("GRACE_SECONDS", default=30.0),
    "REPUBLISH_SECONDS": env.float("REPUBLISH_SECONDS", default=30.0),
    "PROGRESS_SECONDS": env.float("PROGRESS_SECONDS", default=1.0),
    "RIGHTS_SECONDS": env.float("RIGHTS_SECONDS", default=30.0),
    "STUCK_SECONDS": env.float("STUCK_SECONDS", default=30.0),
    "CONNECTIONS_PER_USER": env.int("CONNECTIONS_PER_USER", default=500),
    "SIGN_IN_ATTEMPTS": env.int("SIGN_IN_ATTEMPTS", default=5),
    "SIGN_IN_SECONDS": env.int("SIGN_IN_SECONDS", default=900),
    "QUEUES": env.list("QUEUES", default=[]),
    "MAX_UPLOAD_BYTES": env.int("MAX_UPLOAD_BYTES", default=200_000_000),
    "EXPORT_TIME_TO_LIVE": timedelta(hours=env.int("EXPORT_HOURS", default=24)),
    "LANGUAGE_MODEL_KEY": env.str("LANGUAGE_MODEL_KEY", default=""),
    "LANGUAGE_MODEL": env.str("LANGUAGE_MODEL", default="llama-3.3-70b-versatile"),
    "LANGUAGE_MODEL_URL": env.str("LANGUAGE_MODEL_URL", default=""),
    "LANGUAGE_MODEL_SECONDS": env.float("LANGUAGE_MODEL_SECONDS", default=5.0),
    "ALERT_SECONDS": env.float("ALERT_SECONDS", default=10.0),
    "ALERT_QUIET_SECONDS": env.float("ALERT_QUIET_SECONDS", default=60.0),
    "ALERT_SEND_SECONDS": env.float("ALERT_SEND_SECONDS", default=15.0),
    "ALERT_PRIVATE_HOSTS": env.list("ALERT_PRIVATE_HOSTS", default=[]),
    "SITE_URL": env.str("SITE_URL", default=""),
    "TIME_TO_LIVE": timedelta(days=env.int("TIME_TO_LIVE_DAYS", default=30)),
    "TIME_TO_LIVE_BY": days_by("TIME_TO_LIVE_BY"),
    "ALERT_TIME_TO_LIVE": timedelta(days=env.int("ALERT_DAYS", default=90)),
    "FINGERPRINT_TIME_TO_LIVE": timedelta(
        days=env.int("FINGERPRINT_DAYS", default=365)
    ),
    "DISK_FREE_BYTES": env.int("DISK_FREE_BYTES", default=1_000_000_000),
}
