"""The mail server that alerts go out by; without one none are sent by mail."""

from __future__ import annotations

from config.env import env

EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or "sightline@localhost"
if env.str("EMAIL_URL", default=""):
    told = env.email_url("EMAIL_URL")  # None stands for what it does not say
    globals().update({name: value for name, value in told.items() if value is not None})
