"""What must not be so in production; `manage.py check --deploy` fails on each.

Every sentence names the variable to set; `docs/deployment.md` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_KEY: Final = 50  # characters of SECRET_KEY, as Django wants them
SHORTEST_TOKEN_KEY: Final = 32
SHORTEST_PASSWORD: Final = 12
FEWEST_DIFFERENT: Final = 5  # characters of a key
UNSAFE: Final = {"pickle", "application/x-python-serialize", "yaml", "auth"}
GUESSED_FIRST: Final = ("admin", "change", "guest", "password", "postgres", "secret")


def debug() -> Iterator[str]:
    """DEBUG."""
    if settings.DEBUG:
        yield "DEBUG is on, so error pages show source code. Remove DEBUG."


def embedded() -> Iterator[str]:
    """What `make run` does."""
    if settings.EMBEDDED:
        yield "This is embedded mode. Set DATABASE_URL, and remove EMBEDDED."
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield "SQLite serves one host. Set DATABASE_URL to a PostgreSQL."


def hosts() -> Iterator[str]:
    """Whom the site answers to."""
    if any(host in ("*", ".") for host in settings.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS takes any name. Set ALLOWED_HOSTS to those of the site."
    if any("*" in origin for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield (
            "CSRF_TRUSTED_ORIGINS has a “*”, so pages of others may send forms. Set"
            " CSRF_TRUSTED_ORIGINS to whole origins, https://… each."
        )


def keys() -> Iterator[str]:
    """What signs sessions and tokens."""
    if _is_weak(settings.SECRET_KEY, SHORTEST_KEY):
        yield (
            f"SECRET_KEY is a known one or too short. Set SECRET_KEY to at least"
            f" {SHORTEST_KEY} random characters."
        )
    if _is_weak(str(settings.SIMPLE_JWT["SIGNING_KEY"]), SHORTEST_TOKEN_KEY):
        yield (
            f"TOKEN_KEY is a known one or too short. Set TOKEN_KEY to at least"
            f" {SHORTEST_TOKEN_KEY} random characters, or remove it."
        )
    if settings.METRICS_TOKEN and _is_guessable("", settings.METRICS_TOKEN):
        yield "METRICS_TOKEN can be guessed. Set METRICS_TOKEN to a random one."


def passwords() -> Iterator[str]:
    """Of the servers that are reached over a network."""
    database = settings.DATABASES["default"]
    host, user = str(database.get("HOST", "")), str(database.get("USER", ""))
    is_remote = host and not host.startswith("/")
    if is_remote and _is_guessable(user, str(database.get("PASSWORD", ""))):
        yield _password("DATABASE_URL")
    if _has_guessable(settings.REDIS_URL):
        yield _password("REDIS_URL")
    broker = settings.CELERY_BROKER_URL
    if broker != settings.REDIS_URL and _has_guessable(broker):
        yield _password("BROKER_URL")


def serializers() -> Iterator[str]:
    """What the broker may hand to a worker."""
    names = ("TASK_SERIALIZER", "EVENT_SERIALIZER", "RESULT_SERIALIZER")
    accepted = set(getattr(settings, "CELERY_ACCEPT_CONTENT", ()))
    accepted |= {getattr(settings, f"CELERY_{name}", "json") for name in names}
    if accepted & UNSAFE:
        yield (
            "Workers take messages that run code when they are read. Set"
            " CELERY_ACCEPT_CONTENT and the serializers to json."
        )


def layers() -> Iterator[str]:
    """What several processes have to share."""
    layer = settings.CHANNEL_LAYERS.get("default", {}).get("BACKEND", "InMemory")
    if "InMemory" in layer:
        yield (
            "The channel layer is in the memory of one process. Set CHANNEL_LAYERS to"
            " a Redis, by REDIS_URL."
        )
    cache = settings.CACHES["default"]["BACKEND"]
    throttles = settings.REST_FRAMEWORK.get("DEFAULT_THROTTLE_CLASSES", ())
    by_cache = any(name.startswith("rest_framework.") for name in throttles)
    if by_cache and cache.endswith(("LocMemCache", "DummyCache")):
        yield (
            "Limits are counted in a cache that each process has for itself. Set"
            " CACHES to a Redis."
        )


def versions() -> Iterator[str]:
    """Versions that lose tasks or connections."""
    if version("celery") == "5.7.0":
        yield (
            "celery 5.7.0 exits when Redis drops during a task. Install the version in"
            " requirements.txt."
        )
    if int(version("redis").partition(".")[0]) >= 8:
        yield (
            "redis-py 8 makes channels-redis drop idle connections. Install the version"
            " in requirements.txt."
        )


def https() -> Iterator[str]:
    """Cookies travel encrypted."""
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield "Cookies travel over plain HTTP. Set HTTPS to true, or remove it."


RULES: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "E001": debug,
    "E002": embedded,
    "E003": hosts,
    "E004": keys,
    "E005": passwords,
    "E006": serializers,
    "E007": layers,
    "E008": versions,
    "E009": https,
}


@register(Tags.security, deploy=True)
def check(**_: Any) -> list[CheckMessage]:
    """Return an error for everything that must not be so in production."""
    return [
        Error(sentence, id=f"sightline.{number}")
        for number, rule in RULES.items()
        for sentence in rule()
    ]


def _is_weak(key: str, shortest: int) -> bool:
    known = key.startswith(("django-insecure", *GUESSED_FIRST))
    return known or len(key) < shortest or len(set(key)) < FEWEST_DIFFERENT


def _is_guessable(user: str, password: str) -> bool:
    first = password.lower().startswith((*GUESSED_FIRST, "sightline"))
    return first or password == user or len(password) < SHORTEST_PASSWORD


def _has_guessable(url: str) -> bool:
    parts = urlsplit(url)
    if not parts.hostname or "socket" in parts.scheme:
        return False  # on this host
    return _is_guessable(parts.username or "", parts.password or "")


def _password(name: str) -> str:
    return (
        f"The password in {name} is missing, short or one that everybody knows. Draw"
        f" one of at least {SHORTEST_PASSWORD} characters and set {name}."
    )
