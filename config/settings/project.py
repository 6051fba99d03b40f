"""What the project consists of, and where it keeps its things."""

from __future__ import annotations

import django_stubs_ext

from config.env import BASE_DIR as BASE_DIR  # the commands read it from the settings
from config.env import data_dir, env, secret_key

django_stubs_ext.monkeypatch()  # before any `ModelAdmin[Task]`

DATA_DIR = data_dir()
EMBEDDED = env.bool("EMBEDDED", default=not env.str("DATABASE_URL", default=""))
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
SECRET_KEY = secret_key(DATA_DIR)
# Earlier keys: sessions and sealed secrets stay good, nothing new is made with them.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
FORMAT_MODULE_PATH = ["config.formats"]

INSTALLED_APPS = [
    "daphne",  # first: it replaces runserver
    "servestatic.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "tasks_app",
    *env.list("EXTRA_APPS", default=[]),  # apps of yours that bring operations
]
MIDDLEWARE = [
    "tasks_app.api.request_id.RequestIdMiddleware",
    "tasks_app.audit.AuditMiddleware",
    "tasks_app.api.fallback.ProblemMiddleware",
    "tasks_app.api.limits.QuotaHeaders",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tasks_app.api.fallback.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # ours come first
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
                "tasks_app.admin.site.build",
            ]
        },
    }
]
