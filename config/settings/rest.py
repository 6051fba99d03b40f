"""The REST API and its tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config.env import env, rate

from .project import SECRET_KEY

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tasks_app.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["tasks_app.api.parsers.BodyParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["tasks_app.api.limits.Limit"],
    "EXCEPTION_HANDLER": "tasks_app.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,  # there is one format
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing: the schema does
    "DEFAULT_SCHEMA_CLASS": "tasks_app.api.schema.document.Document",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
RATE_LIMITS = {
    "read": rate("RATE_READ", default="1200/60"),
    "submit": rate("RATE_SUBMIT", default="600/60"),
    "act": rate("RATE_ACT", default="600/60"),
    "status_update": rate("RATE_STATUS_UPDATE", default="3000/60"),
    "watch": rate("RATE_WATCH", default="1200/60"),
    "sign_in": rate("RATE_SIGN_IN", default="120/60"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sightline",
    "DESCRIPTION": "Submit tasks, follow them as they run, and steer them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,  # what comes in is stricter than what goes out
    "COMPONENT_SPLIT_PATCH": False,  # ours require what they require
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["tasks_app.api.schema.hooks.add_routes"],
    "POSTPROCESSING_HOOKS": ["tasks_app.api.schema.hooks.add_components"],
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
REFRESH_CHAIN_LIFETIME = timedelta(
    seconds=env.int("REFRESH_CHAIN_SECONDS", default=2_592_000)
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a body that is no file
DATA_UPLOAD_MAX_NUMBER_FILES = 50
