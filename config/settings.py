"""Settings of the project, from environment variables; `docs/deployment.md` lists them.

With no variable set this is embedded mode: SQLite, a private Redis, all in `var/`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF

from .env import BASE_DIR, data_dir, env, redis_socket, secret_key

django_stubs_ext.monkeypatch()  # before any `ModelAdmin[Task]`

DATA_DIR = data_dir()
EMBEDDED = env.bool("EMBEDDED", default=not env.str("DATABASE_URL", default=""))
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

INSTALLED_APPS = [
    "daphne",  # first: it replaces runserver
    "servestatic.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "django_celery_beat",
    "tasks_app",
    *env.list("EXTRA_APPS", default=[]),  # apps of yours that bring operations
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tasks_app.api.request_id.RequestIdMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Storage ---------------------------------------------------------------------
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

# --- Redis, Channels, Celery -------------------------------------------------------
REDIS_SOCKET = redis_socket(DATA_DIR)
REDIS_URL = env.str("REDIS_URL", default=f"unix://{REDIS_SOCKET}")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL}], "prefix": "sightline"},
    }
}
CELERY_BROKER_URL = env.str(
    "BROKER_URL", default=REDIS_URL.replace("unix://", "redis+socket://", 1)
)
CELERY_TASK_IGNORE_RESULT = True  # the row is the result
CELERY_TASK_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_500_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # fencing is enough
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_TASK_PUBLISH_RETRY = False  # the keeper publishes again
CELERY_DB_REUSE_MAX = 10_000  # else Celery closes the connection after every task
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("amqp"):
    CELERY_TASK_QUEUE_MAX_PRIORITY = 9
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"confirm_publish": True}
    if CELERY_BROKER_URL.startswith("amqp")
    else {
        "queue_order_strategy": "priority",
        "priority_steps": list(range(10)),
        "visibility_timeout": 7200,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 4,
        "health_check_interval": 15,
    }
)

# --- The engine; `tasks_app/conf.py` says what each means --------------------------
SIGHTLINE = {
    "LEASE_SECONDS": env.float("LEASE_SECONDS", default=30.0),
    "HEARTBEAT_SECONDS": env.float("HEARTBEAT_SECONDS", default=10.0),
    "SWEEP_SECONDS": env.float("SWEEP_SECONDS", default=2.0),
    "GRACE_SECONDS": env.float("GRACE_SECONDS", default=30.0),
    "REPUBLISH_SECONDS": env.float("REPUBLISH_SECONDS", default=30.0),
    "PROGRESS_SECONDS": env.float("PROGRESS_SECONDS", default=1.0),
    "RIGHTS_SECONDS": env.float("RIGHTS_SECONDS", default=30.0),
    "STUCK_SECONDS": env.float("STUCK_SECONDS", default=30.0),
    "MAX_UPLOAD_BYTES": env.int("MAX_UPLOAD_BYTES", default=200_000_000),
    "TIME_TO_LIVE": timedelta(days=env.int("TIME_TO_LIVE_DAYS", default=30)),
}

# --- REST ------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tasks_app.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "tasks_app.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # what Prometheus shows /metrics
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(
        seconds=env.int("ACCESS_TOKEN_SECONDS", default=300)
    ),
    "REFRESH_TOKEN_LIFETIME": timedelta(
        seconds=env.int("REFRESH_TOKEN_SECONDS", default=86_400)
    ),
    "ALGORITHM": "HS256",  # whatever a token says of itself
    "SIGNING_KEY": env.str("TOKEN_KEY", default="") or SECRET_KEY,
    "AUDIENCE": "sightline",
    "ISSUER": "sightline",
    "LEEWAY": 2,  # seconds by which the clocks of two hosts may differ
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a body that is no file
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# --- Security --------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=not EMBEDDED)
SECURE_SSL_REDIRECT = env.bool("HTTPS_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}
LOGIN_URL = "admin:login"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
