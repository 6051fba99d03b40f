"""`check --deploy` passes a good configuration and names what is wrong with others."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from ruamel.yaml import YAML

from tasks_app import checks
from tests.project.files import ROOT
from tests.servers.environment import inherited

pytestmark = pytest.mark.embedded_only

HIDDEN = "kLmN8vQ2xR5tY7wZ1bC4"
GOOD_URL = f"redis://:{HIDDEN}@redis:6379/0"


def of_compose() -> dict[str, str]:
    """The variables of a process in docker-compose.yml, with secrets filled in."""
    compose = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    given = {
        "ALLOWED_HOSTS": "tasks.example.com",
        "CSRF_TRUSTED_ORIGINS": "https://tasks.example.com",
        "SECRET_KEY": secrets.token_hex(40),
    }

    def fill(match: re.Match[str]) -> str:
        name, needed = match[1], match[2].startswith(":?")
        default = match[2].removeprefix(":-")
        return given.get(name, secrets.token_hex(24) if needed else default)

    variables = compose["services"]["web"]["environment"]
    pattern = re.compile(r"\$\{(\w+)([^}]*)\}")
    return {name: pattern.sub(fill, text) for name, text in variables.items()}


def check_deploy(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = {**inherited(), "DATA_DIR": str(folder), **variables}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # of tests with a browser
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def good(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Settings with which nothing is wrong, to be spoilt in one place."""
    values = {name: getattr(settings, name) for name in dir(settings)}
    key = secrets.token_hex(40)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "USER": "sightline",
        "PASSWORD": HIDDEN,
        "HOST": "postgres",
    }
    changed = {
        "EMBEDDED": False,
        "DEBUG": False,
        "SECRET_KEY": key,
        "SIMPLE_JWT": {"SIGNING_KEY": key},
        "METRICS_TOKEN": "",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "REDIS_URL": GOOD_URL,
        "CELERY_BROKER_URL": GOOD_URL,
        "DATABASES": {"default": database},
    }
    made = SimpleNamespace(**{**values, **changed})
    monkeypatch.setattr(checks, "settings", made)
    return made


def sentences() -> list[str]:
    return [message.msg for message in checks.check()]


def test_what_compose_starts_is_good(tmp_path: Path) -> None:
    checked = check_deploy(tmp_path, **of_compose())

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_what_make_run_starts_is_not(tmp_path: Path) -> None:
    checked = check_deploy(tmp_path, DEBUG="true", ALLOWED_HOSTS="*")

    assert checked.returncode == 1
    for number in ("E001", "E002", "E003", "E009"):
        assert f"sightline.{number}" in checked.stderr


def test_the_fixture_is_good(good: SimpleNamespace) -> None:
    assert sentences() == []


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("DEBUG", True, "DEBUG"),
        ("EMBEDDED", True, "EMBEDDED"),
        ("ALLOWED_HOSTS", ["tasks.example.com", "*"], "ALLOWED_HOSTS"),
        ("CSRF_TRUSTED_ORIGINS", ["https://*"], "CSRF_TRUSTED_ORIGINS"),
        ("CSRF_TRUSTED_ORIGINS", ["https://*.example.com"], "CSRF_TRUSTED_ORIGINS"),
        ("SECRET_KEY", "a1b2c3", "SECRET_KEY"),
        ("SECRET_KEY", "x" * 80, "SECRET_KEY"),
        ("SECRET_KEY", "django-insecure-" + "a1b2c3d4" * 8, "SECRET_KEY"),
        ("SECRET_KEY", "changeme" + "a1b2c3d4" * 8, "SECRET_KEY"),
        ("SIMPLE_JWT", {"SIGNING_KEY": "a1b2c3d4"}, "TOKEN_KEY"),
        ("METRICS_TOKEN", "metrics", "METRICS_TOKEN"),
        ("REDIS_URL", "redis://redis:6379/0", "REDIS_URL"),
        ("REDIS_URL", "redis://:redis@redis:6379/0", "REDIS_URL"),
        ("CELERY_BROKER_URL", "amqp://guest:guest@rabbitmq:5672//", "BROKER_URL"),
        ("CELERY_BROKER_URL", "amqp://rabbitmq:5672//", "BROKER_URL"),
        ("CELERY_BROKER_URL", "amqp://a:password123456@h//", "BROKER_URL"),
        ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "CELERY_ACCEPT_CONTENT"),
        ("CELERY_TASK_SERIALIZER", "pickle", "CELERY_ACCEPT_CONTENT"),
        (
            "CHANNEL_LAYERS",
            {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
            "CHANNEL_LAYERS",
        ),
        (
            "REST_FRAMEWORK",
            {
                "DEFAULT_THROTTLE_CLASSES": [
                    "rest_framework.throttling.UserRateThrottle"
                ]
            },
            "CACHES",
        ),
        ("SESSION_COOKIE_SECURE", False, "HTTPS"),
        ("CSRF_COOKIE_SECURE", False, "HTTPS"),
    ],
)
def test_one_bad_setting_is_named(
    good: SimpleNamespace, name: str, value: Any, variable: str
) -> None:
    setattr(good, name, value)

    (sentence,) = sentences()
    assert variable in sentence
    assert str(value) not in sentence or value is True or value is False


@pytest.mark.parametrize("password", ["", "sightline", "postgres", "short-one"])
def test_a_guessable_password_of_the_database_is_named(
    good: SimpleNamespace, password: str
) -> None:
    good.DATABASES["default"]["PASSWORD"] = password

    (sentence,) = sentences()
    assert "DATABASE_URL" in sentence


def test_sqlite_is_named(good: SimpleNamespace) -> None:
    good.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"

    (sentence,) = sentences()
    assert "DATABASE_URL" in sentence


@pytest.mark.parametrize("url", ["unix:///run/redis.sock", "redis+socket:///run/r"])
def test_a_socket_on_this_host_needs_no_password(
    good: SimpleNamespace, url: str
) -> None:
    good.REDIS_URL = good.CELERY_BROKER_URL = url

    assert sentences() == []


@pytest.mark.parametrize(
    ("package", "number"), [("celery", "5.7.0"), ("redis", "8.0.0"), ("redis", "10.1")]
)
def test_a_version_that_loses_things_is_named(
    good: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, package: str, number: str
) -> None:
    real = metadata.version
    given = {package: number}
    monkeypatch.setattr(checks, "version", lambda name: given.get(name) or real(name))

    (sentence,) = sentences()
    assert "requirements.txt" in sentence
