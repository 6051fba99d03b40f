"""The database, uploaded files and static files."""

from __future__ import annotations

from typing import Any

from config.env import BASE_DIR, env

from .project import DATA_DIR, EMBEDDED

DATABASE_POOL = env.int("DATABASE_POOL", default=0)  # connections; config.asgi has 20
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/sightline.sqlite3")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers pass a writer; IMMEDIATE makes writers queue instead of failing;
    # FULL because an acknowledged commit must survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON",
    }
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "options": "-c statement_timeout=15s -c lock_timeout=5s"
        " -c idle_in_transaction_session_timeout=30s",
    }
    if DATABASE_POOL:
        # Each request is served by a thread of its own, and would open a connection.
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": DATABASE_POOL,
            "timeout": 5,  # seconds that a request waits for a connection
        }
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_USE_FINDERS = EMBEDDED  # no collectstatic on a developer's machine
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "config.static.HashedModuleStorage"
    },
}
