"""The environment variables under which the tests run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The engine's times, short enough that a test can wait for a lease to end.
PROFILE = {
    "LEASE_SECONDS": "6",
    "HEARTBEAT_SECONDS": "2",
    "SWEEP_SECONDS": "2",
    "GRACE_SECONDS": "4",
    "REPUBLISH_SECONDS": "4",
    "CONNECTIONS_PER_USER": "0",
    "SIGN_IN_ATTEMPTS": "1000000",  # counted in one Redis for all tests
}

# Higher than any test asks by accident: users of different tests share their ids.
LIMITS = {
    f"RATE_{name}": "1000000/60"
    for name in ("READ", "SUBMIT", "ACT", "STATUS_UPDATE", "WATCH", "SIGN_IN")
}

# Settings of whoever runs the tests; none may change how a test ends.
DECIDED_HERE = {
    *PROFILE,
    *LIMITS,
    "ACCESS_TOKEN_SECONDS",
    "ALERT_DAYS",
    "ALERT_PRIVATE_HOSTS",
    "ALERT_QUIET_SECONDS",
    "ALERT_SECONDS",
    "ALERT_SEND_SECONDS",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "BROKER_URL",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DATA_DIR",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_HOST",
    "EMAIL_URL",
    "EMBEDDED",
    "EXPORT_HOURS",
    "EXTRA_APPS",
    "FINGERPRINT_DAYS",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "HSTS_SECONDS",
    "HTTPS",
    "HTTPS_REDIRECT",
    "LATE_SECONDS",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "MAX_UPLOAD_BYTES",
    "OIDC_ISSUER",
    "PORT",
    "PROGRESS_SECONDS",
    "REDIS_URL",
    "REFRESH_CHAIN_SECONDS",
    "REFRESH_TOKEN_SECONDS",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SIGN_IN_SECONDS",
    "SITE_URL",
    "TIME_TO_LIVE_DAYS",
    "TIME_ZONE",
    "TOKEN_KEY",
}


def inherited() -> dict[str, str]:
    """Return our environment without what decides how Sightline runs."""
    return {
        name: value for name, value in os.environ.items() if name not in DECIDED_HERE
    }


def environment(data_dir: Path, **urls: str) -> dict[str, str]:
    """Return an environment for tests that keep their files in `data_dir`.

    `urls` are `DATABASE_URL`, `REDIS_URL` and `BROKER_URL`; without the first the
    tests run on SQLite.
    """
    return {
        **inherited(),
        **PROFILE,
        **LIMITS,
        "DATA_DIR": str(data_dir),
        "EMBEDDED": "true",  # static files straight from the folders
        "EXTRA_APPS": "tests.workshop",
        "HTTPS": "false",  # cookies of the test client travel over plain HTTP
        "SECRET_KEY": "for tests only, and long enough for every check of it",
        **urls,
    }
