"""The mail server of alerts is said in one address, with or without a password."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT
from tests.servers.environment import inherited

pytestmark = pytest.mark.embedded_only

# What a log line goes through is asked as well: it hides the password.
ASK = """
import json, django
from django.conf import settings
django.setup()
from tasks_app.redact import sentence
names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
found = {name: getattr(settings, f"EMAIL_{name}") for name in names}
print(json.dumps([found, sentence("a horse-battery")]))
"""


def ask(url: str, folder: Path) -> tuple[dict[str, object], str]:
    """Return the settings of mail, and a sentence without secrets."""
    more = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**inherited(), **more, "EMAIL_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, told = json.loads(done.stdout)
    return found, told


def test_a_server_without_a_password_is_enough(tmp_path: Path) -> None:
    found, told = ask("smtp://relay.example.com", tmp_path)

    assert found == {
        "HOST": "relay.example.com",
        "PORT": 25,
        "HOST_USER": "",
        "HOST_PASSWORD": "",
        "USE_TLS": False,
        "USE_SSL": False,
    }
    assert told == "a horse-battery"


def test_a_server_with_a_password_keeps_it_secret(tmp_path: Path) -> None:
    found, told = ask("smtp+tls://me:horse-battery@mail.example.com:587", tmp_path)

    assert found == {
        "HOST": "mail.example.com",
        "PORT": 587,
        "HOST_USER": "me",
        "HOST_PASSWORD": "horse-battery",
        "USE_TLS": True,
        "USE_SSL": False,
    }
    assert told == "a [hidden]"
